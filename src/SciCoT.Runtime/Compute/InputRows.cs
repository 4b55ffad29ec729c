namespace SciCoT.Compute;

/// <summary>Rows of inputs that matrices are multiplied by: float32 numbers, and the same rounded where a matrix is of int8.</summary>
/// <param name="data">The first row's numbers.</param>
/// <param name="stride">Numbers from row to row.</param>
/// <param name="count">Number of rows.</param>
/// <param name="rounded">Memory for the rows as <see cref="RoundedRow"/> rounds them, one after another; null where no matrix is of int8.</param>
/// <param name="isFine">Whether what rounding leaves of a row is kept as a second one behind it: 15 bits in place of 8, for twice the work.</param>
internal readonly unsafe struct InputRows(float* data, int stride, int count, byte* rounded = null, bool isFine = false)
{
    public float* Data => data;

    public int Stride => stride;

    public int Count => count;

    public byte* Rounded => rounded;

    /// <summary>Rounded rows of each row.</summary>
    public int Parts => isFine ? 2 : 1;

    /// <summary>float32 numbers of memory that so many rounded rows take.</summary>
    public static long RoundedSize(long rows, int inputs) => rows * RoundedRow.Bytes(inputs) / sizeof(float);

    /// <summary>Some of the rows, as a matrix needs them.</summary>
    public InputRows Part(in Matrix matrix, long first, int rows) =>
        new(data + (first * stride), stride, rows, rounded is null ? null : rounded + (first * Parts * RoundedRow.Bytes(matrix.Inputs)), isFine);

    /// <summary>Rounds some of the rows, where a matrix needs them rounded.</summary>
    public void RoundFor(in Matrix matrix, int from, int to)
    {
        if (matrix.Format != NumberFormat.Int8)
            return;
        long bytes = RoundedRow.Bytes(matrix.Inputs);
        for (long row = from; row < to; row++)
        {
            byte* target = rounded + (row * Parts * bytes);
            RoundedRow.Round(data + (row * stride), matrix.Inputs, target, isFine ? target + bytes : null);
        }
    }

    /// <summary>Rounds all rows, where a matrix needs them rounded.</summary>
    /// <returns>The rows.</returns>
    public InputRows RoundedFor(in Matrix matrix)
    {
        RoundFor(matrix, 0, count);
        return this;
    }
}
