using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>A matrix of weights (or of attention keys) in native memory: one row of inputs for each output.</summary>
/// <param name="data">The first number of the first row.</param>
/// <param name="format">What the numbers are.</param>
/// <param name="scales">What each output is multiplied by, for int8; otherwise null.</param>
/// <param name="outputs">Number of rows.</param>
/// <param name="inputs">Numbers that each row has.</param>
/// <param name="stride">Numbers from the beginning of a row to that of the next. Where they lie in tiles it means nothing: see <see cref="Int8Layout"/> and <see cref="HalfLayout"/>.</param>
internal readonly unsafe struct Matrix(void* data, NumberFormat format, float* scales, int outputs, int inputs, int stride)
{
    /// <summary>A matrix of float32 numbers.</summary>
    public Matrix(float* data, int outputs, int inputs, int stride)
        : this(data, NumberFormat.Float32, null, outputs, inputs, stride)
    {
    }

    public void* Data => data;

    public NumberFormat Format => format;

    public float* Scales => scales;

    public int Outputs => outputs;

    public int Inputs => inputs;

    public int Stride => stride;

    /// <summary>Groups of inputs, where the numbers lie in tiles.</summary>
    public int Groups => format == NumberFormat.Int8 ? Int8Layout.Groups(inputs) : HalfLayout.Groups(inputs);

    /// <summary>Bytes of a row that was rounded for it; 0 where rows need not be.</summary>
    public int RowBytes => InputRows.RowBytes(format, inputs);
}
