using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Rows of inputs that matrices are multiplied by: float32 numbers, and the same rounded where a matrix is of int8 or of bfloat16 in tiles.</summary>
/// <param name="data">The first row's numbers.</param>
/// <param name="stride">Numbers from row to row.</param>
/// <param name="count">Number of rows.</param>
/// <param name="rounded">Memory for the rows as <see cref="RoundedRow"/> or <see cref="HalfRow"/> rounds them, one after another; null where no matrix needs them.</param>
/// <param name="isFine">Whether what rounding to int8 leaves of a row is kept as a second one behind it: 15 bits in place of 8, for twice the work.</param>
internal readonly unsafe struct InputRows(float* data, int stride, int count, byte* rounded = null, bool isFine = false)
{
    public float* Data => data;

    public int Stride => stride;

    public int Count => count;

    public byte* Rounded => rounded;

    /// <summary>Bytes of a row that was rounded for a matrix of a format; 0 where rows need not be.</summary>
    public static int RowBytes(NumberFormat format, int inputs) => format switch
    {
        NumberFormat.Int8 => RoundedRow.Bytes(inputs),
        NumberFormat.BFloat16Tiles => HalfRow.Bytes(inputs),
        _ => 0,
    };

    /// <summary>float32 numbers of memory that it takes to round rows, also finely, for a matrix of a format.</summary>
    public static long RoundedSize(NumberFormat format, long rows, int inputs) =>
        (format == NumberFormat.Int8 ? 2 : 1) * rows * RowBytes(format, inputs) / sizeof(float);

    /// <summary>Rounded rows of each row.</summary>
    public int PartsFor(in Matrix matrix) => isFine && matrix.Format == NumberFormat.Int8 ? 2 : 1;

    /// <summary>Some of the rows, as a matrix needs them.</summary>
    public InputRows Part(in Matrix matrix, long first, int rows) =>
        new(data + (first * stride), stride, rows, rounded is null ? null : rounded + (first * PartsFor(matrix) * matrix.RowBytes), isFine);

    /// <summary>Rounds some of the rows, where a matrix needs them rounded.</summary>
    public void RoundFor(in Matrix matrix, int from, int to)
    {
        long bytes = matrix.RowBytes;
        for (long row = from; row < to && bytes > 0; row++)
        {
            byte* target = rounded + (row * PartsFor(matrix) * bytes);
            float* source = data + (row * stride);
            if (matrix.Format == NumberFormat.Int8)
                RoundedRow.Round(source, matrix.Inputs, target, isFine ? target + bytes : null);
            else
                HalfRow.Round(source, matrix.Inputs, target);
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
