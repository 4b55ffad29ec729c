namespace SciCoT.Compute;

/// <summary>A matrix of weights (or of attention keys) in native memory: one row of inputs for each output.</summary>
/// <param name="data">The first number of the first row.</param>
/// <param name="format">What the numbers are.</param>
/// <param name="scales">What each output is multiplied by, for int8; otherwise null.</param>
/// <param name="outputs">Number of rows.</param>
/// <param name="inputs">Numbers that each row has.</param>
/// <param name="stride">Numbers from the beginning of a row to that of the next. Of int8 none: <see cref="Int8Layout"/> tells where they lie.</param>
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

    /// <summary>float32 numbers of memory that it takes to round so many rows for it; 0 where they need not be.</summary>
    public long RoundedSize(int rows) => format == NumberFormat.Int8 ? InputRows.RoundedSize(rows, inputs) : 0;
}
