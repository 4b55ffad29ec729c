namespace SciCoT.Evaluation;

/// <summary>The mean F-measures of a system's rationales against the teacher's.</summary>
/// <param name="Count">How many rationales were compared.</param>
/// <param name="Rouge1">By common words.</param>
/// <param name="Rouge2">By common pairs of words.</param>
/// <param name="RougeL">By the longest common subsequence.</param>
/// <param name="ExactMatch">The share of rationales that are the teacher's word for word.</param>
public sealed record RougeSummary(int Count, double Rouge1, double Rouge2, double RougeL, double ExactMatch)
{
    /// <summary>Compares the rationales; <see langword="null"/> when no outcome has both the system's and the teacher's.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="stem">Whether words are reduced to their stems; not by default.</param>
    public static RougeSummary? Of(IReadOnlyList<QuestionOutcome> outcomes, bool stem = false)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var compared = outcomes.Where(outcome => outcome.Rationale is not null && outcome.TeacherRationale is not null).ToArray();
        if (compared.Length == 0)
            return null;
        var scores = compared.Select(outcome => RougeScores.Of(outcome.TeacherRationale!, outcome.Rationale!, stem)).ToArray();
        return new(
            compared.Length,
            scores.Average(score => score.Rouge1.FMeasure),
            scores.Average(score => score.Rouge2.FMeasure),
            scores.Average(score => score.RougeL.FMeasure),
            compared.Average(outcome => outcome.Rationale!.Trim() == outcome.TeacherRationale!.Trim() ? 1.0 : 0.0));
    }
}
