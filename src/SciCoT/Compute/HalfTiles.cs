using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>
/// A matrix rounded to bfloat16 in tiles of sixteen columns: the right side of a product, or the left side turned over. Its rows lie in parts of
/// <see cref="PartRows"/>, each as <see cref="HalfLayout"/> has a matrix whose inputs are the part's rows and whose outputs are the columns.
/// </summary>
/// <param name="rows">Number of rows, over which products are added up.</param>
/// <param name="columns">Number of columns.</param>
internal sealed unsafe class HalfTiles(int rows, int columns) : IDisposable
{
    /// <summary>Rows of a part: two of its tiles stay in the second-level cache while others pass.</summary>
    public const int PartRows = 1024;

    /// <summary>Columns packed by a member at a time.</summary>
    private const int PackedColumns = 64;

    private readonly NativeBuffer _memory = new(((rows / PartRows * HalfLayout.Bytes(columns, PartRows)) + HalfLayout.Bytes(columns, rows % PartRows)) / sizeof(float));

    public int Rows => rows;

    public int Columns => columns;

    /// <summary>Rounds a whole matrix, shared by the members of the team.</summary>
    public static HalfTiles Of(int members, Gemm.View matrix, int rows, int columns)
    {
        var tiles = new HalfTiles(rows, columns);
        ThreadTeam.Shared.ForRanges(members, columns, PackedColumns, (from, to) => tiles.Put(matrix, (int)from, (int)(to - from)));
        return tiles;
    }

    /// <summary>The same on the calling thread.</summary>
    public static HalfTiles Of(Gemm.View matrix, int rows, int columns)
    {
        var tiles = new HalfTiles(rows, columns);
        tiles.Put(matrix, 0, columns);
        return tiles;
    }

    /// <summary>Rows of the part that begins with a row.</summary>
    public int RowsFrom(int row) => Math.Min(PartRows, rows - row);

    /// <summary>Where a column's tile lies in the part that begins with a row.</summary>
    public byte* Tile(int row, int column) =>
        (byte*)_memory.Pointer + (row / PartRows * HalfLayout.Bytes(columns, PartRows)) + (column / Int8Layout.TileOutputs * (long)HalfLayout.Groups(RowsFrom(row)) * Int8Layout.GroupBytes);

    /// <summary>Rounds some rows, an even number unless they are the last, all within one part.</summary>
    /// <param name="x">The first row's first number; rows follow each other.</param>
    /// <param name="from">The first row, an even number.</param>
    /// <param name="count">Number of rows.</param>
    public void Put(float* x, int from, int count)
    {
        int part = from / PartRows * PartRows;
        for (int column = 0; column < columns; column += Int8Layout.TileOutputs)
            HalfPacking.Tiles(new Gemm.View(x + column, columns), count, Math.Min(Int8Layout.TileOutputs, columns - column), Tile(part, column) + ((from - part) / 2 * Int8Layout.GroupBytes));
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Rounds some columns, the first of which begins a tile.</summary>
    private void Put(Gemm.View matrix, int from, int count)
    {
        for (int row = 0; row < rows; row += PartRows)
            HalfPacking.Tiles(matrix.From(row, from), RowsFrom(row), count, Tile(row, from));
    }
}
