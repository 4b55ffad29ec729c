namespace SciCoT.Evaluation;

/// <summary>What a system answers to a question when it reads another rationale than its own.</summary>
/// <param name="Kind">Which rationale it was given.</param>
/// <param name="Rationale">That rationale; may be empty.</param>
/// <param name="Label">The label that was chosen; <see langword="null"/> for an open question.</param>
/// <param name="Text">The text of the answer.</param>
public sealed record AlternativeAnswer(RationaleKind Kind, string Rationale, string? Label, string Text);

/// <summary>Which rationale an answer rests on.</summary>
public enum RationaleKind
{
    /// <summary>The one that the system wrote for the question.</summary>
    Own,

    /// <summary>The teacher's.</summary>
    Teacher,

    /// <summary>None.</summary>
    Empty,

    /// <summary>The one that the system wrote for another question.</summary>
    Shuffled,

    /// <summary>The first half of the words of its own.</summary>
    Truncated,
}
