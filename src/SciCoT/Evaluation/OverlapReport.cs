namespace SciCoT.Evaluation;

/// <summary>The test questions that are among the training questions.</summary>
public sealed record OverlapReport
{
    /// <summary>How many training questions were looked at.</summary>
    public required int TrainingQuestions { get; init; }

    /// <summary>How many test questions were looked at.</summary>
    public required int TestQuestions { get; init; }

    /// <summary>The Jaccard similarity from which two questions count as near-duplicates.</summary>
    public required double Threshold { get; init; }

    /// <summary>Test questions with at least one match in training, each under its closest kind.</summary>
    public required IReadOnlyList<OverlapMatch> Matches { get; init; }

    /// <summary>How many test questions stand in training word for word.</summary>
    public int Exact => Matches.Count(match => match.Kind == OverlapKind.Exact);

    /// <summary>How many more do but for case, white space, punctuation and the order of the choices.</summary>
    public int Normalized => Matches.Count(match => match.Kind == OverlapKind.Normalized);

    /// <summary>How many more have a near-duplicate in training.</summary>
    public int Near => Matches.Count(match => match.Kind == OverlapKind.Near);
}

/// <summary>A test question that stands in the training set.</summary>
/// <param name="Kind">How close the two are.</param>
/// <param name="TestId">The test question's identifier.</param>
/// <param name="TrainingId">The identifier of its closest training question.</param>
/// <param name="Similarity">The Jaccard similarity of the two, from 0 to 1.</param>
public sealed record OverlapMatch(OverlapKind Kind, string TestId, string TrainingId, double Similarity);

/// <summary>How close two questions are.</summary>
public enum OverlapKind
{
    /// <summary>Stem, context and choices are the same, letter by letter.</summary>
    Exact,

    /// <summary>They agree but for case, white space, punctuation and the choices' order.</summary>
    Normalized,

    /// <summary>Most of their runs of characters agree.</summary>
    Near,
}
