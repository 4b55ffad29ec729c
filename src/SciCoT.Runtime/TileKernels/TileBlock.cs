namespace SciCoT.TileKernels;

/// <summary>Some rows and some tiles of a matrix of int8 or bfloat16, and where their products go.</summary>
internal unsafe struct TileBlock
{
    /// <summary>The first tile, as <see cref="Int8Layout"/> or <see cref="HalfLayout"/> has it; the others follow.</summary>
    public byte* Weights;

    /// <summary>What each output is multiplied by, for int8.</summary>
    public float* Scales;

    /// <summary>Number of tiles.</summary>
    public int Tiles;

    /// <summary>Groups of inputs.</summary>
    public int Groups;

    /// <summary>The first row, as <see cref="RoundedRow"/> or <see cref="HalfRow"/> has it.</summary>
    public byte* X;

    /// <summary>Bytes from row to row.</summary>
    public long Stride;

    /// <summary>Number of rows.</summary>
    public int Rows;

    /// <summary>How many rows give one row of the result, their sum: 1, or 2 where <see cref="Rows"/> is even.</summary>
    public int Parts;

    /// <summary>The result's first row, at the first tile's first output.</summary>
    public float* Y;

    /// <summary>Numbers from row to row of the result.</summary>
    public int YStride;

    /// <summary>Whether the products are added to what the result holds.</summary>
    public bool Adds;

    /// <summary>What is needed next, to be asked for meanwhile.</summary>
    public byte* Ahead;

    /// <summary>How much of it.</summary>
    public long AheadBytes;
}
