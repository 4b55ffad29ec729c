namespace SciCoT.TileKernels;

/// <summary>What becomes of a tile's sums.</summary>
[Flags]
internal enum TileEnd : long
{
    /// <summary>They are the result.</summary>
    Store = 0,

    /// <summary>They are added to what the result holds.</summary>
    Add = 1,

    /// <summary>Two rows give one row of the result, their sum.</summary>
    Pairs = 2,
}
