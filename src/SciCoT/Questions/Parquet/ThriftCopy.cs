using System.Buffers;
using System.Numerics;

namespace SciCoT.Questions.Parquet;

/// <summary>
/// Copies a Thrift struct by its shape: fields that the shape lacks are left out, and a field that has another type than the shape, stands
/// there twice or is missing is refused. What is written is sound Thrift, whatever was read.
/// </summary>
/// <param name="source">What is read.</param>
/// <param name="to">Where it is written; <see langword="null"/> where it is only checked and its numbers are told.</param>
/// <param name="keep">Is told of each number and flag (shape, field, value) and says what is written in its place.</param>
/// <param name="begin">Is told of each struct that begins.</param>
internal sealed class ThriftCopy(ThriftReader source, IBufferWriter<byte>? to, Func<ThriftShape, int, long, long> keep, Action<ThriftShape>? begin = null)
{
    /// <summary>The most items of a list of names or numbers; a column's path and encodings are such lists.</summary>
    private const int MaxItems = 64;

    private readonly ThriftWriter? _to = to is null ? null : new(to);

    public void Struct(ThriftShape shape)
    {
        begin?.Invoke(shape);
        ulong seen = 0;
        for (var (id, type) = source.Field(0); type != ThriftType.Stop; (id, type) = source.Field(id))
        {
            if (shape.Find(id) is not { } field)
            {
                source.Skip(type);
                continue;
            }

            if (field.Refusal is { } refusal)
                throw new NotSupportedException(refusal);
            if (field.Type != (type == ThriftType.False ? ThriftType.True : type))
                throw source.Wrong($"has a {shape.Name} with field {id} of type {type}");
            if ((seen & (1ul << id)) != 0)
                throw source.Wrong($"has a {shape.Name} with field {id} twice");
            seen |= 1ul << id;
            _to?.Field(field.WrittenAs > 0 ? field.WrittenAs : id, type);
            Value(shape, id, field, type);
        }

        if ((shape.Required & ~seen) is not 0 and var missing)
            throw source.Wrong($"has a {shape.Name} without field {BitOperations.TrailingZeroCount(missing)}");
        _to?.End();
    }

    private void Value(ThriftShape shape, int id, ThriftField field, ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                keep(shape, id, type == ThriftType.True ? 1 : 0);
                break;
            case ThriftType.Byte:
                int flags = source.Byte();
                _to?.Byte(flags);
                break;
            case ThriftType.Int16 or ThriftType.Int32:
                Number(source.Int32());
                break;
            case ThriftType.Int64:
                Number(source.Number());
                break;
            case ThriftType.Binary:
                var bytes = source.Take(source.Varint());
                _to?.Bytes(bytes);
                break;
            case ThriftType.Struct:
                Struct(field.Of!);
                break;
            default:
                List(shape, id, field);
                break;
        }

        void Number(long read)
        {
            long kept = keep(shape, id, read); // told also where nothing is written
            _to?.Number(kept);
        }
    }

    private void List(ThriftShape shape, int id, ThriftField field)
    {
        var (count, type) = source.List();
        if (count > 0 && type != field.Item || field.Of is null && count > MaxItems)
            throw source.Wrong($"has a {shape.Name} with a list {id} of {count} items of type {type}");
        _to?.List(count, field.Item);
        for (int i = 0; i < count; i++)
            Value(shape, id, field, field.Item);
    }
}
