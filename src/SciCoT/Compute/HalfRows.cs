using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Some rows rounded to bfloat16, the left side of products.</summary>
/// <param name="rows">Rows at most.</param>
/// <param name="columns">Numbers in a row.</param>
internal sealed unsafe class HalfRows(int rows, int columns) : IDisposable
{
    private readonly NativeBuffer _memory = new((long)rows * HalfRow.Bytes(columns) / sizeof(float));

    /// <summary>Rounds rows that follow each other.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="at">Where the first of them goes.</param>
    /// <returns>The first row's place.</returns>
    public byte* Put(float* x, int count, int at = 0)
    {
        HalfPacking.Rows(new Gemm.View(x, columns), count, columns, Row(at));
        return Row(at);
    }

    public byte* Row(int at) => (byte*)_memory.Pointer + ((long)at * HalfRow.Bytes(columns));

    public void Dispose() => _memory.Dispose();
}
