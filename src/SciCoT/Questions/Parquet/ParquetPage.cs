namespace SciCoT.Questions.Parquet;

/// <summary>A page's header.</summary>
internal sealed class ParquetPage
{
    /// <summary>What kinds of pages there are.</summary>
    public const int Data = 0, Dictionary = 2, DataV2 = 3;

    private readonly Dictionary<(ThriftShape, int), int> _numbers = [];

    private ParquetPage(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ThriftReader(bytes, "a page's header");
        new ThriftCopy(reader, to: null, (shape, field, value) => _numbers[(shape, field)] = (int)value).Struct(ParquetShapes.Page);
        Bytes = reader.Position;
        Kind = Number(ParquetShapes.Page, 1);
        var shape = Kind switch { Data => ParquetShapes.DataPage, Dictionary => ParquetShapes.Dictionary, _ => ParquetShapes.DataPageV2 };
        (Values, Encoding) = (Number(shape, 1), Number(shape, Kind == DataV2 ? 4 : 2));
        if (Packed < 0 || Unpacked < 0 || Values < 0 || LevelBytes is { Repetition: < 0 } or { Definition: < 0 } || (long)LevelBytes.Repetition + LevelBytes.Definition > Math.Min(Packed, Unpacked))
            throw reader.Wrong($"says that it has {Values} values in {Packed} bytes, {Unpacked} unpacked, with levels in {LevelBytes}");
    }

    /// <summary>The header's length.</summary>
    public int Bytes { get; }

    public int Kind { get; }

    /// <summary>The length of what follows the header.</summary>
    public int Packed => Number(ParquetShapes.Page, 3);

    /// <summary>Its length when it is unpacked.</summary>
    public int Unpacked => Number(ParquetShapes.Page, 2);

    /// <summary>The values, with those that are null.</summary>
    public int Values { get; }

    public int Encoding { get; }

    /// <summary>The levels' lengths in a page of the second version, which stand before what is packed.</summary>
    public (int Repetition, int Definition) LevelBytes => (Number(ParquetShapes.DataPageV2, 6), Number(ParquetShapes.DataPageV2, 5));

    /// <summary>Whether the values of a page of the second version are packed.</summary>
    public bool IsPacked => _numbers.GetValueOrDefault((ParquetShapes.DataPageV2, 7), 1) == 1;

    /// <summary>Reads the header with which bytes begin.</summary>
    /// <exception cref="InvalidDataException">They begin with none, or it gives impossible sizes.</exception>
    public static ParquetPage Read(ReadOnlyMemory<byte> bytes) => new(bytes);

    private int Number(ThriftShape shape, int field) => _numbers.GetValueOrDefault((shape, field));
}
