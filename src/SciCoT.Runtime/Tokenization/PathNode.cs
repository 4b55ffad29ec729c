namespace SciCoT.Tokenization;

/// <summary>The best path that ends at one byte of a text.</summary>
internal struct PathNode
{
    public const int Unreached = -1;

    /// <summary>Sum of the scores of its pieces.</summary>
    public float Score;

    /// <summary>Where its last piece starts, or <see cref="Unreached"/>.</summary>
    public int Start;

    /// <summary>The last piece.</summary>
    public int Id;

    /// <summary>Where the following piece of the whole text's best path ends.</summary>
    public int Next;
}
