namespace SciCoT.TileKernels;

/// <summary>Products of rows with tiles of a matrix: the seam between the loops and a processor's instructions.</summary>
/// <remarks>Stateless. Kernels of int8 compute the same bits. Those of bfloat16 do so for a row whatever rows and tiles are beside it.</remarks>
internal interface ITileKernel
{
    /// <summary>Rows at most that one call is made for.</summary>
    const int MostRows = 128;

    /// <summary>Rows that are computed together at most.</summary>
    int Rows { get; }

    /// <summary>Tiles that are computed together at most.</summary>
    int Tiles { get; }

    /// <summary>Multiplies rows by tiles and stores the products, as float32 numbers, or adds them to the result.</summary>
    void Multiply(in TileBlock block);
}
