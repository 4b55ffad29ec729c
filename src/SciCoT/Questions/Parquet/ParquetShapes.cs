namespace SciCoT.Questions.Parquet;

/// <summary>The structs of Parquet's description of itself (parquet.thrift of apache/parquet-format), with the fields that reading needs.</summary>
internal static class ParquetShapes
{
    private const string Encrypted = "it is encrypted; write it without encryption";

    private static readonly ThriftShape Empty = new("type");

    private static readonly ThriftShape TimeUnit = new ThriftShape("TimeUnit").With(Struct(Empty), 1, 2, 3);

    private static readonly ThriftShape Time = new ThriftShape("TimeType").Needs(ThriftType.True, 1).With(Struct(TimeUnit), 2);

    private static readonly ThriftShape Decimal = new ThriftShape("DecimalType").With(ThriftType.Int32, 1, 2);

    private static readonly ThriftShape Integer = new ThriftShape("IntType").Needs(ThriftType.Byte, 1).Needs(ThriftType.True, 2);

    /// <summary>A column's meaning. JSON (12) is text (1).</summary>
    private static readonly ThriftShape LogicalType = new ThriftShape("LogicalType")
        .With(Struct(Empty), 1, 2, 3, 4, 6, 11, 13, 14, 15)
        .With(Struct(Empty) with { WrittenAs = 1 }, 12)
        .With(Struct(Decimal), 5).With(Struct(Time), 7, 8).With(Struct(Integer), 10);

    public static ThriftShape SchemaElement { get; } = new ThriftShape("SchemaElement")
        .With(ThriftType.Int32, 1, 2, 3, 5, 6, 7, 8).Needs(ThriftType.Binary, 4).With(Struct(LogicalType), 10);

    private static ThriftShape ColumnMetaData { get; } = new ThriftShape("ColumnMetaData")
        .Needs(ThriftType.Int32, 1, 4)
        .With(new ThriftField(ThriftType.List, Item: ThriftType.Int32), 2)
        .With(new ThriftField(ThriftType.List, Item: ThriftType.Binary, IsRequired: true), 3)
        .Needs(ThriftType.Int64, 5, 6, 7, 9).With(ThriftType.Int64, 11);

    public static ThriftShape ColumnChunk { get; } = new ThriftShape("ColumnChunk")
        .With(new ThriftField(ThriftType.Binary, Refusal: "its columns lie in other files; write them into one"), 1)
        .With(new ThriftField(ThriftType.Struct, Refusal: Encrypted), 8).With(new ThriftField(ThriftType.Binary, Refusal: Encrypted), 9)
        .With(ThriftType.Int64, 2).With(Struct(ColumnMetaData) with { IsRequired = true }, 3);

    public static ThriftShape RowGroup { get; } = new ThriftShape("RowGroup").With(List(ColumnChunk), 1).With(ThriftType.Int64, 2).Needs(ThriftType.Int64, 3);

    /// <summary>The footer.</summary>
    public static ThriftShape FileMetaData { get; } = new ThriftShape("FileMetaData")
        .Needs(ThriftType.Int32, 1).With(List(SchemaElement), 2).Needs(ThriftType.Int64, 3).With(List(RowGroup), 4)
        .With(new ThriftField(ThriftType.Struct, Refusal: Encrypted), 8);

    /// <summary>What stands in a data page's header.</summary>
    public static ThriftShape DataPage { get; } = new ThriftShape("DataPageHeader").Needs(ThriftType.Int32, 1, 2).With(ThriftType.Int32, 3, 4);

    /// <summary>What stands in a dictionary's header.</summary>
    public static ThriftShape Dictionary { get; } = new ThriftShape("DictionaryPageHeader").Needs(ThriftType.Int32, 1).With(ThriftType.Int32, 2);

    /// <summary>What stands in the header of a data page of the second version.</summary>
    public static ThriftShape DataPageV2 { get; } = new ThriftShape("DataPageHeaderV2").Needs(ThriftType.Int32, 1, 2, 4, 5, 6).With(ThriftType.Int32, 3).With(ThriftType.True, 7);

    /// <summary>A page's header.</summary>
    public static ThriftShape Page { get; } = new ThriftShape("PageHeader").Needs(ThriftType.Int32, 1, 2, 3).With(Struct(DataPage), 5).With(Struct(Dictionary), 7).With(Struct(DataPageV2), 8);

    private static ThriftField Struct(ThriftShape shape) => new(ThriftType.Struct, shape);

    private static ThriftField List(ThriftShape shape) => new(ThriftType.List, shape, IsRequired: true);
}
