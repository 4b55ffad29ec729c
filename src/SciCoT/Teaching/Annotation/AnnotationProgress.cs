namespace SciCoT.Teaching;

/// <summary>The progress of an annotation. A unit is one sample of one question.</summary>
/// <param name="Total">All units: questions times samples.</param>
/// <param name="Done">Units that were asked for and stored.</param>
/// <param name="Skipped">Units that needed no asking: stored before, or the same question twice.</param>
/// <param name="Failed">Units for which no reply was had.</param>
/// <param name="Unusable">Stored replies that were empty, refused, truncated or without a certain answer; a unit may have several.</param>
/// <param name="InputTokens">Tokens read by the teacher so far, where it tells.</param>
/// <param name="OutputTokens">Tokens written by the teacher so far, where it tells.</param>
/// <param name="Elapsed">The time since the start.</param>
/// <param name="Remaining">The time still needed at the present rate; <see langword="null"/> before the first unit is done.</param>
public sealed record AnnotationProgress(
    int Total,
    int Done,
    int Skipped,
    int Failed,
    int Unusable,
    long InputTokens,
    long OutputTokens,
    TimeSpan Elapsed,
    TimeSpan? Remaining)
{
    /// <summary>Stored replies that were asked for with the answer in view because the teacher's own answer disagreed with it.</summary>
    public int Rationalized { get; init; }

    /// <summary>Units that other workers ended where the annotation is shared; they are in none of the figures above but the total.</summary>
    public int EndedElsewhere { get; init; }

    /// <summary>
    /// What the replies cost so far, in the currency of <see cref="AnnotationSettings.Prices"/>; <see langword="null"/> without
    /// prices. Replies of models without a price, or without usage, are not in it.
    /// </summary>
    public decimal? Cost { get; init; }

    /// <summary>The latest failure, or the latest reply that was odd; <see langword="null"/> while there is none.</summary>
    public AnnotationProblem? LatestProblem { get; init; }
}

/// <summary>Something that a person should see while an annotation goes on.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Message">What happened.</param>
public sealed record AnnotationProblem(TeacherRequest Request, string Message);
