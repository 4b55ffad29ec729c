namespace SciCoT.Compute;

/// <summary>
/// What models need computed, on float32 numbers in native memory: the seam between their mathematics and the machine.
/// </summary>
/// <remarks>Stateless. A result does not depend on how many rows are computed together.</remarks>
internal unsafe interface IKernels
{
    /// <summary>How bfloat16 weights are laid out for the fastest products with them.</summary>
    NumberFormat HalfFormat { get; }

    /// <summary>Numbers of scratch memory that <see cref="Multiply"/> needs for matrices of so many inputs.</summary>
    int ScratchSize(int inputs);

    /// <summary>Multiplies rows by a part of a matrix: <c>y[row, output] = Σ x[row, input] · matrix[output, input]</c>.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="from">The first output.</param>
    /// <param name="to">The output after the last.</param>
    /// <param name="x">The rows; for a matrix in tiles they must have been rounded, see <see cref="InputRows.RoundFor"/>.</param>
    /// <param name="y">The first row's output 0.</param>
    /// <param name="yStride">Numbers from row to row of <paramref name="y"/>.</param>
    /// <param name="add">Whether the products are added to what <paramref name="y"/> holds.</param>
    /// <param name="scratch">Memory for the call.</param>
    void Multiply(in Matrix matrix, int from, int to, in InputRows x, float* y, int yStride, bool add, float* scratch);

    /// <summary>The same for all outputs of a matrix and many rows at a time.</summary>
    void MultiplyMany(in Matrix matrix, in InputRows x, float* y, int yStride, bool add, float* scratch);

    /// <summary>Writes a row of a matrix as float32 numbers.</summary>
    void Read(in Matrix matrix, int row, float* target);

    /// <summary>RMS norm of a row: <c>y = gain · x · scale</c> with <c>scale = 1 / √(mean x² + epsilon)</c>; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    /// <returns>The scale.</returns>
    float Normalize(float* x, float* gain, int size, float epsilon, float* y);

    /// <summary><c>y = gain · x · scale</c>: the norm of a row whose scale is known.</summary>
    void Scale(float* x, float* gain, int size, float scale, float* y);

    /// <summary>The gradient of a row through its norm, added to what passes by on the residual connection.</summary>
    /// <param name="gradient">Of the normed row.</param>
    /// <param name="x">The row.</param>
    /// <param name="gain">The norm's weight.</param>
    /// <param name="scale">As <see cref="Normalize"/> returned it.</param>
    /// <param name="size">Numbers in a row.</param>
    /// <param name="residual">Added to the result.</param>
    /// <param name="target">The gradient of <paramref name="x"/>.</param>
    /// <param name="ofGain">What the row's gradient of the weight is added to.</param>
    void NormalizeBackward(float* gradient, float* x, float* gain, float scale, int size, float* residual, float* target, float* ofGain);

    /// <summary><c>y = activation(x)</c>, times <paramref name="gate"/> where that is not null; <paramref name="y"/> may be <paramref name="x"/>.</summary>
    void Activate(Activation activation, float* x, float* gate, float* y, int count);

    /// <summary>The gradients through an activation and its gate.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="x">What it was given.</param>
    /// <param name="gate">What it was multiplied by, or null.</param>
    /// <param name="gradient">Of the product; becomes that of <paramref name="x"/>.</param>
    /// <param name="ofGate">The gradient of <paramref name="gate"/>.</param>
    /// <param name="y">The product once more.</param>
    /// <param name="count">Number of numbers.</param>
    void ActivateBackward(Activation activation, float* x, float* gate, float* gradient, float* ofGate, float* y, int count);

    /// <summary>Turns scores, with a bias and a mask added where they are not null, into weights that sum to 1.</summary>
    void Softmax(float* scores, float* bias, int count, float* mask = null);

    /// <summary>The gradient of scores from that of their weights, in place: <c>g = w · (g − Σ g w)</c>.</summary>
    void SoftmaxBackward(float* weights, float* gradient, int count);

    /// <summary>A query's products with the first keys of a head.</summary>
    void Score(in KeyValueHead head, int positions, float* query, float* scores);

    /// <summary>A weighted sum of a head's first values: <c>y[i] = Σ weights[position] · values[position, i]</c>.</summary>
    void Mix(in KeyValueHead head, int positions, float* weights, float* y);

    /// <summary>Products of queries with keys: <c>scores[query, key] = Σ queries[query, i] · keys[key, i]</c>.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="rows">How many they are.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="stride">Numbers from query to query, and from key to key.</param>
    /// <param name="size">Numbers of each.</param>
    /// <param name="scores">The result, <c>[rows, count]</c>.</param>
    /// <param name="inHalves">Whether both may be rounded to bfloat16 where the processor multiplies such numbers faster; sums stay float32 numbers.</param>
    /// <param name="scratch">Memory for the call, as for <see cref="Multiply"/>.</param>
    void ScoreMany(float* queries, int rows, float* keys, int count, int stride, int size, float* scores, bool inHalves, float* scratch);

    /// <summary>Weighted sums of rows, for many rows of weights: <c>y[row, i] = Σ weights[row, k] · values[k, i]</c>.</summary>
    /// <param name="weights">The weights, <c>[rows, count]</c>.</param>
    /// <param name="rows">Rows of weights.</param>
    /// <param name="values">The values.</param>
    /// <param name="count">How many rows they are.</param>
    /// <param name="stride">Numbers from one of their rows to the next.</param>
    /// <param name="size">Numbers in a row of them.</param>
    /// <param name="y">The result's first row.</param>
    /// <param name="yStride">Numbers from row to row of the result.</param>
    /// <param name="inHalves">As in <see cref="ScoreMany"/>.</param>
    void MixMany(float* weights, int rows, float* values, int count, int stride, int size, float* y, int yStride, bool inHalves);

    /// <summary><c>ln Σ exp x</c>.</summary>
    float LogSumExp(float* x, int count);

    /// <summary><c>y = a + b</c>, number by number; <paramref name="y"/> may be one of them.</summary>
    void Add(float* a, float* b, float* y, int count);

    /// <summary><c>y = a · b</c>, number by number; <paramref name="y"/> may be one of them.</summary>
    void MultiplyEach(float* a, float* b, float* y, int count);
}
