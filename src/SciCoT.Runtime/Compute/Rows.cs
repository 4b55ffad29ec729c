namespace SciCoT.Compute;

/// <summary>Rows of inputs that matrices are multiplied by: float32 numbers, and the same rounded where a matrix is of int8.</summary>
/// <param name="data">The first row's numbers.</param>
/// <param name="stride">Numbers from row to row.</param>
/// <param name="count">Number of rows.</param>
/// <param name="rounded">Memory for the rows as <see cref="RoundedRow"/> rounds them, one after another; null where no matrix is of int8.</param>
internal readonly unsafe struct Rows(float* data, int stride, int count, byte* rounded = null)
{
    public float* Data => data;

    public int Stride => stride;

    public int Count => count;

    public byte* Rounded => rounded;

    /// <summary>float32 numbers of memory that so many rounded rows take.</summary>
    public static long RoundedSize(int rows, int inputs) => (long)rows * RoundedRow.Bytes(inputs) / sizeof(float);

    /// <summary>Some of the rows, as a matrix needs them.</summary>
    public Rows Part(in Matrix matrix, long first, int rows) =>
        new(data + (first * stride), stride, rows, rounded is null ? null : rounded + (first * RoundedRow.Bytes(matrix.Inputs)));

    /// <summary>Rounds some of the rows, where a matrix needs them rounded.</summary>
    public void RoundFor(in Matrix matrix, int from, int to)
    {
        if (matrix.Format != NumberFormat.Int8)
            return;
        for (long row = from; row < to; row++)
            RoundedRow.Round(data + (row * stride), matrix.Inputs, rounded + (row * RoundedRow.Bytes(matrix.Inputs)));
    }

    /// <summary>Rounds all rows, where a matrix needs them rounded.</summary>
    /// <returns>The rows.</returns>
    public Rows RoundedFor(in Matrix matrix)
    {
        RoundFor(matrix, 0, count);
        return this;
    }
}
