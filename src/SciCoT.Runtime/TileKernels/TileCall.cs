namespace SciCoT.TileKernels;

/// <summary>What a tile's code is called with: its only argument points here, so that it is the same under every calling convention.</summary>
/// <remarks>Code finds the fields by <see cref="Field"/>, which has their order.</remarks>
internal unsafe struct TileCall
{
    /// <summary>Weights of the first tile.</summary>
    public byte* Weights;

    /// <summary>Where its groups end that are taken several at a time.</summary>
    public byte* WholeEnd;

    /// <summary>Where all its groups end.</summary>
    public byte* End;

    /// <summary>Bytes from tile to tile.</summary>
    public long TileBytes;

    /// <summary>The first row.</summary>
    public byte* X;

    /// <summary>Bytes from row to row.</summary>
    public long Stride;

    /// <summary>What is asked for meanwhile, because it is needed next.</summary>
    public byte* Ahead;

    /// <summary>How far that moves while one group passes.</summary>
    public long AheadStep;

    /// <summary>The result's first row.</summary>
    public float* Y;

    /// <summary>Bytes from row to row of the result.</summary>
    public long YStride;

    /// <summary>What the outputs are multiplied by.</summary>
    public float* Scales;

    /// <summary>How the result is stored.</summary>
    public TileEnd Ending;

    /// <summary>The fields in their order, eight bytes each.</summary>
    public enum Field
    {
        Weights,
        WholeEnd,
        End,
        TileBytes,
        X,
        Stride,
        Ahead,
        AheadStep,
        Y,
        YStride,
        Scales,
        Ending,
    }
}
