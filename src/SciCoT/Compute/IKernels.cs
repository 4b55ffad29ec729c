namespace SciCoT.Compute;

/// <summary>
/// What models need computed, on float32 numbers in native memory: the seam between their mathematics and the machine.
/// </summary>
/// <remarks>Stateless. A result does not depend on how many rows are computed together.</remarks>
internal unsafe interface IKernels
{
    /// <summary>Numbers of scratch memory that <see cref="Multiply"/> needs for matrices of so many inputs.</summary>
    int ScratchSize(int inputs);

    /// <summary>Multiplies rows by a part of a matrix: <c>y[row, output] = Σ x[row, input] · matrix[output, input]</c>.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="from">The first output.</param>
    /// <param name="to">The output after the last.</param>
    /// <param name="x">The first row's inputs.</param>
    /// <param name="xStride">Numbers from row to row of <paramref name="x"/>.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="y">The first row's output 0.</param>
    /// <param name="yStride">Numbers from row to row of <paramref name="y"/>.</param>
    /// <param name="add">Whether the products are added to what <paramref name="y"/> holds.</param>
    /// <param name="scratch">Memory for the call.</param>
    void Multiply(in Matrix matrix, int from, int to, float* x, int xStride, int rows, float* y, int yStride, bool add, float* scratch);

    /// <summary>The same for all outputs of a matrix and many rows at a time.</summary>
    void MultiplyMany(in Matrix matrix, float* x, int xStride, int rows, float* y, int yStride, bool add, float* scratch);

    /// <summary>Writes a row of a matrix as float32 numbers.</summary>
    void Read(in Matrix matrix, int row, float* target);

    /// <summary>RMS norm of a row: <c>y = gain · x / √(mean x² + epsilon)</c>.</summary>
    void Normalize(float* x, float* gain, int size, float epsilon, float* y);

    /// <summary><c>x = activation(x)</c>, times <paramref name="gate"/> where that is not null.</summary>
    void Activate(Activation activation, float* x, float* gate, int count);

    /// <summary>Turns scores with a bias (where not null) into weights that sum to 1.</summary>
    void Softmax(float* scores, float* bias, int count);

    /// <summary>A weighted sum of rows: <c>y[i] = Σ weights[row] · values[row, i]</c>.</summary>
    void Mix(float* weights, int rows, float* values, int stride, int size, float* y);

    /// <summary>The same for many rows of weights: <c>y[row, i] = Σ weights[row, k] · values[k, i]</c>.</summary>
    void MixMany(float* weights, int rows, int count, float* values, int stride, int size, float* y, int yStride);

    /// <summary><c>ln Σ exp x</c>.</summary>
    float LogSumExp(float* x, int count);
}
