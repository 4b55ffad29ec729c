namespace SciCoT.Questions.Parquet;

/// <summary>The fields of a Thrift struct that are kept. Others are skipped.</summary>
/// <param name="name">The struct's name.</param>
internal sealed class ThriftShape(string name)
{
    private readonly Dictionary<int, ThriftField> _fields = [];

    public string Name => name;

    /// <summary>The fields that must be there: bit <c>i</c> for field <c>i</c>.</summary>
    public ulong Required { get; private set; }

    /// <summary>Adds fields of one type.</summary>
    public ThriftShape With(ThriftType type, params ReadOnlySpan<int> ids) => With(new ThriftField(type), ids);

    /// <summary>Adds fields of one type that must be there.</summary>
    public ThriftShape Needs(ThriftType type, params ReadOnlySpan<int> ids) => With(new ThriftField(type, IsRequired: true), ids);

    public ThriftShape With(ThriftField field, params ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            _fields.Add(id, field);
            Required |= field.IsRequired ? 1ul << id : 0;
        }

        return this;
    }

    public ThriftField? Find(int id) => _fields.GetValueOrDefault(id);
}

/// <summary>A field of a Thrift struct.</summary>
/// <param name="Type">Its type; <see cref="ThriftType.True"/> for a flag.</param>
/// <param name="Of">The struct that it is or that its items are.</param>
/// <param name="Item">The type of a list's items.</param>
/// <param name="IsRequired">Whether each struct has it.</param>
/// <param name="WrittenAs">The id under which it is written, where that is another.</param>
/// <param name="Refusal">Why a file that has it is not read.</param>
internal sealed record ThriftField(ThriftType Type, ThriftShape? Of = null, ThriftType Item = ThriftType.Struct, bool IsRequired = false, int WrittenAs = 0, string? Refusal = null);
