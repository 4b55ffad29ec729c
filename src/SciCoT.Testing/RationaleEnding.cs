namespace SciCoT.Testing;

/// <summary>The last sentence of the mini data set's gold rationales.</summary>
public enum RationaleEnding
{
    /// <summary>With the fact that decides; drawing the conclusion is left to the reader.</summary>
    DecidingFact,

    /// <summary>With a sentence that names the right option.</summary>
    Answer,
}
