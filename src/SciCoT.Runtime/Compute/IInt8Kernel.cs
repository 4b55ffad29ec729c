namespace SciCoT.Compute;

/// <summary>Products of rows with a tile of an int8 matrix: the seam between the loops and a processor's instructions.</summary>
/// <remarks>Stateless. Sums are exact, so all implementations compute the same bits.</remarks>
internal unsafe interface IInt8Kernel
{
    /// <summary>Rows that are computed together at most.</summary>
    int Rows { get; }

    /// <summary>Multiplies rows by a tile, <c>sums[row, output]</c>, sixteen outputs for each row.</summary>
    /// <param name="tile">A tile as <see cref="Int8Layout"/> has it.</param>
    /// <param name="groups">Groups of inputs.</param>
    /// <param name="x">The first row, as <see cref="RoundedRow"/> has it.</param>
    /// <param name="stride">Bytes from row to row.</param>
    /// <param name="rows">Number of rows, from 1 to <see cref="Rows"/>.</param>
    /// <param name="sums">The sums.</param>
    void Multiply(sbyte* tile, int groups, sbyte* x, long stride, int rows, int* sums);
}
