using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Products of matrices that were rounded to bfloat16 before.</summary>
/// <remarks>A number of the result is added up in the same order whatever the other sizes and however many threads compute.</remarks>
internal static unsafe class HalfProducts
{
    /// <summary>Rows that go through a layer together: enough to use a tile of weights many times, few enough to stay in a thread's cache.</summary>
    public const int Block = 64;

    /// <summary>Rows of a result that a member computes at a time.</summary>
    private const int TurnedRows = 64;

    /// <summary><c>c = a · b</c> or <c>c += a · b</c>, on the calling thread.</summary>
    /// <param name="a">The left matrix: as many rows as <see cref="HalfRow"/> has them, one for each number of <paramref name="rows"/>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    public static void Multiply(byte* a, int rows, HalfTiles b, Gemm.View c, bool add = false)
    {
        int stride = HalfRow.Bytes(b.Rows);
        for (int depth = 0; depth < b.Rows; depth += HalfTiles.PartRows)
            HalfGemm.Multiply(a + (depth * sizeof(ushort)), stride, rows, b.RowsFrom(depth), b.Tile(depth, 0), b.Columns, c, add || depth > 0);
    }

    /// <summary><c>c = aᵀ · b</c>, shared by the members of the team.</summary>
    /// <param name="members">Members of the team at most.</param>
    /// <param name="a">The left matrix, turned over: its columns are the result's rows.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    public static void MultiplyTurned(int members, HalfTiles a, HalfTiles b, Gemm.View c) =>
        ThreadTeam.Shared.ForRanges(members, a.Columns, TurnedRows, (from, to) => MultiplyTurned(a, (int)from, (int)(to - from), b, c.From(from, 0)));

    /// <summary>The same for some columns of the left matrix, the first of which begins a tile, on the calling thread.</summary>
    public static void MultiplyTurned(HalfTiles a, int from, int count, HalfTiles b, Gemm.View c)
    {
        for (int depth = 0; depth < a.Rows; depth += HalfTiles.PartRows)
            HalfGemm.Multiply(a.Tile(depth, from), 0, count, a.RowsFrom(depth), b.Tile(depth, 0), b.Columns, c, add: depth > 0);
    }
}
