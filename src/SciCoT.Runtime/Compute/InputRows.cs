using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Rows of inputs that matrices are multiplied by: float32 numbers, and the same rounded where a matrix is of int8 or of bfloat16 in tiles.</summary>
/// <param name="data">The first row's numbers.</param>
/// <param name="stride">Numbers from row to row.</param>
/// <param name="count">Number of rows.</param>
/// <param name="rounded">Memory for the rows as <see cref="RoundedRow"/> or <see cref="HalfRow"/> rounds them, one after another; null where no matrix needs them.</param>
/// <param name="rests">Which rows keep what rounding to int8 leaves of them.</param>
internal readonly unsafe struct InputRows(float* data, int stride, int count, byte* rounded = null, Rests rests = Rests.None)
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

    /// <summary>Which rows have a rest, for a matrix.</summary>
    public Rests RestsFor(in Matrix matrix) => matrix.Format == NumberFormat.Int8 ? rests : Rests.None;

    /// <summary>A rounded row.</summary>
    public byte* Row(in Matrix matrix, long row) => rounded + (row * matrix.RowBytes * (RestsFor(matrix) == Rests.OfAll ? 2 : 1));

    /// <summary>A row's rest: behind its row where all have one, otherwise behind all rows.</summary>
    public byte* Rest(in Matrix matrix, long row) => RestsFor(matrix) switch
    {
        Rests.None => null,
        Rests.OfAll => Row(matrix, row) + matrix.RowBytes,
        _ => Row(matrix, count + row),
    };

    /// <summary>Some of the rows, as a matrix needs them. They must have no rests.</summary>
    public InputRows Part(in Matrix matrix, long first, int rows) =>
        new(data + (first * stride), stride, rows, rounded is null ? null : Row(matrix, first));

    /// <summary>Rounds some of the rows, where a matrix needs them rounded.</summary>
    public void RoundFor(in Matrix matrix, int from, int to)
    {
        if (matrix.RowBytes == 0)
            return;
        for (long row = from; row < to; row++)
        {
            float* source = data + (row * stride);
            if (matrix.Format == NumberFormat.Int8)
                RoundedRow.Round(source, matrix.Inputs, Row(matrix, row), Rest(matrix, row), ofAll: rests == Rests.OfAll);
            else
                HalfRow.Round(source, matrix.Inputs, Row(matrix, row));
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
