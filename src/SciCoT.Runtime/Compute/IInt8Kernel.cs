namespace SciCoT.Compute;

/// <summary>Products of rows with tiles of an int8 matrix: the seam between the loops and a processor's instructions.</summary>
/// <remarks>Stateless. Sums are exact, so all implementations compute the same bits.</remarks>
internal interface IInt8Kernel
{
    /// <summary>Rows that are computed together at most.</summary>
    int Rows { get; }

    /// <summary>Tiles that are computed together at most.</summary>
    int Tiles { get; }

    /// <summary>Multiplies rows by tiles, makes float32 numbers of the sums, and stores them or adds them to the result.</summary>
    void Multiply(in Int8Block block);
}
