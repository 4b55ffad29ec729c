using System.Buffers;
using System.Buffers.Binary;
using Parquet.Meta;
using Parquet.Schema;
using PhysicalType = Parquet.Meta.Type;

namespace SciCoT.Questions.Parquet;

/// <summary>
/// Reads a column's part of a row group and writes its pages anew for Parquet.Net: unpacked, as pages of the first version, with plain values
/// or indexes of the dictionary. So it reads what it has no decoder for, and sizes are checked before memory is taken for them.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="column">What the footer says of the part.</param>
/// <param name="field">The column.</param>
/// <param name="budget">What the row group may take.</param>
internal sealed class ParquetChunk(Stream file, ColumnMetaData column, DataField field, ParquetBudget budget)
{
    private const int MagicBytes = 4;

    /// <summary>Some writers leave the dictionary's header out of the column's size, as other readers allow for too.</summary>
    private const int Slack = 100;

    private readonly ArrayBufferWriter<byte> _written = new();
    private readonly bool _hasRepetition = field.MaxRepetitionLevel > 0;
    private readonly bool _hasDefinition = field.MaxDefinitionLevel > 0;

    /// <summary>The bytes of a number; 0 for other columns.</summary>
    private int Width => column.Type switch
    {
        PhysicalType.INT32 or PhysicalType.FLOAT => sizeof(int),
        PhysicalType.INT64 or PhysicalType.DOUBLE => sizeof(long),
        _ => 0,
    };

    /// <summary>Reads the part, and describes in its metadata what is given back.</summary>
    /// <exception cref="InvalidDataException">The pages do not hold what the column's description says.</exception>
    public ReadOnlyMemory<byte> Read()
    {
        var packed = Bytes();
        _written.Write("PAR1"u8);
        long values = 0;
        for (int place = 0; values < column.NumValues;)
        {
            if (place >= packed.Length)
                throw new InvalidDataException($"a column ends after {values} of {column.NumValues} values");
            var page = ParquetPage.Read(packed.AsMemory(place));
            place += page.Bytes;
            if (page.Packed > packed.Length - place)
                throw new InvalidDataException($"a page is said to have {page.Packed} bytes, and has {packed.Length - place}");
            if (page.Kind is ParquetPage.Data or ParquetPage.DataV2)
                values += page.Values;
            if (values > column.NumValues)
                throw new InvalidDataException($"a column has {values} values instead of {column.NumValues}");
            Add(page, packed.AsMemory(place, page.Packed));
            place += page.Packed;
        }

        (column.DataPageOffset, column.DictionaryPageOffset, column.IndexPageOffset, column.Codec) = (MagicBytes, null, null, CompressionCodec.UNCOMPRESSED);
        return _written.WrittenMemory;
    }

    private byte[] Bytes()
    {
        long start = column.DictionaryPageOffset is > 0 and var dictionary && dictionary < column.DataPageOffset ? dictionary : column.DataPageOffset;
        if (start < MagicBytes || start > file.Length - column.TotalCompressedSize)
            throw new InvalidDataException($"a column lies at {start} of {file.Length} bytes and is said to have {column.TotalCompressedSize}");
        var packed = new byte[Math.Min(file.Length - start, column.TotalCompressedSize + Slack)];
        file.Position = start;
        file.ReadExactly(packed);
        return packed;
    }

    private void Add(ParquetPage page, ReadOnlyMemory<byte> packed)
    {
        budget.Take(page.Unpacked, page.Values);
        switch (page.Kind)
        {
            case ParquetPage.Dictionary when page.Values <= Math.Max(1, page.Unpacked):
                budget.Take(0, page.Values);
                Write(page, (int)Encoding.PLAIN, [], ParquetUnpacker.Unpack(column.Codec, packed, page.Unpacked).Span);
                break;
            case ParquetPage.Data:
                var body = ParquetUnpacker.Unpack(column.Codec, packed, page.Unpacked);
                int levels = (_hasRepetition ? Levels(body) : 0) is var first && _hasDefinition ? first + Levels(body[first..]) : first;
                AddValues(page, body[..levels].ToArray(), body[levels..]);
                break;
            case ParquetPage.DataV2:
                var (repetition, definition) = page.LevelBytes;
                var values = packed[(repetition + definition)..];
                values = page.IsPacked ? ParquetUnpacker.Unpack(column.Codec, values, page.Unpacked - repetition - definition) : values;
                AddValues(page, [.. Prefixed(_hasRepetition, packed[..repetition]), .. Prefixed(_hasDefinition, packed.Slice(repetition, definition))], values);
                break;
            default:
                throw new InvalidDataException($"a page is of kind {page.Kind} with {page.Values} values");
        }
    }

    private void AddValues(ParquetPage page, byte[] levels, ReadOnlyMemory<byte> values)
    {
        var reader = new ThriftReader(values, "a page");
        var plain = (Encoding)page.Encoding switch
        {
            Encoding.PLAIN => values,
            Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY => values,
            Encoding.RLE when column.Type == PhysicalType.BOOLEAN => ParquetEncodings.Flags(reader, page.Values),
            Encoding.DELTA_BINARY_PACKED when Width is > 0 and var width => ParquetEncodings.Plain(ParquetEncodings.Deltas(reader, page.Values), width),
            Encoding.DELTA_LENGTH_BYTE_ARRAY or Encoding.DELTA_BYTE_ARRAY when column.Type == PhysicalType.BYTE_ARRAY =>
                ParquetEncodings.Texts(reader, page.Values, (Encoding)page.Encoding == Encoding.DELTA_BYTE_ARRAY, bytes => budget.Take(bytes, 0)),
            Encoding.BYTE_STREAM_SPLIT when Width is > 0 and var width => ParquetEncodings.Joined(values.Span, width),
            _ => throw new NotSupportedException($"column {field.Path} is written as {(Encoding)page.Encoding} of {column.Type}"),
        };
        bool isIndex = (Encoding)page.Encoding is Encoding.PLAIN_DICTIONARY or Encoding.RLE_DICTIONARY;
        Write(page, (int)(isIndex ? Encoding.RLE_DICTIONARY : Encoding.PLAIN), levels, isIndex && plain.IsEmpty ? [0] : plain.Span); // Parquet.Net wants an index's width even if all values are null
    }

    /// <summary>The bytes of levels that stand behind their length.</summary>
    private static int Levels(ReadOnlyMemory<byte> body)
    {
        uint length = body.Length >= sizeof(int) ? BinaryPrimitives.ReadUInt32LittleEndian(body.Span) : uint.MaxValue;
        return length <= body.Length - sizeof(int) ? sizeof(int) + (int)length : throw new InvalidDataException($"a page of {body.Length} bytes has no levels");
    }

    private static byte[] Prefixed(bool has, ReadOnlyMemory<byte> levels)
    {
        if (!has)
            return [];
        var prefixed = new byte[sizeof(int) + levels.Length];
        BinaryPrimitives.WriteInt32LittleEndian(prefixed, levels.Length);
        levels.CopyTo(prefixed.AsMemory(sizeof(int)));
        return prefixed;
    }

    /// <summary>Writes a page that is not packed, with the header that Parquet.Net reads.</summary>
    private void Write(ParquetPage page, int encoding, ReadOnlySpan<byte> levels, ReadOnlySpan<byte> values)
    {
        bool isDictionary = page.Kind == ParquetPage.Dictionary;
        int bytes = checked(levels.Length + values.Length);
        var header = new ThriftWriter(_written);
        header.Int32(1, isDictionary ? ParquetPage.Dictionary : ParquetPage.Data);
        header.Int32(2, bytes);
        header.Int32(3, bytes);
        header.Field(isDictionary ? 7 : 5, ThriftType.Struct);
        header.Int32(1, page.Values);
        header.Int32(2, encoding);
        header.End();
        header.End();
        _written.Write(levels);
        _written.Write(values);
    }
}
