namespace SciCoT.Evaluation.Reports;

/// <summary>A question with what every system answered to it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Answers">The answers by system; of several seeds the first.</param>
internal sealed record ReportExample(ScienceQuestion Question, IReadOnlyList<(string System, QuestionOutcome Outcome)> Answers)
{
    /// <summary>
    /// Questions spread evenly over the list, as many that the last system answered rightly as wrongly where there are so
    /// many: it is usually the one that the report is about.
    /// </summary>
    public static IReadOnlyList<ReportExample> Choose(IReadOnlyList<SystemResult> results, int count)
    {
        var systems = results.DistinctBy(result => result.System)
            .Select(result => (result.System, Outcomes: result.Outcomes.ToDictionary(outcome => outcome.QuestionId, StringComparer.Ordinal)))
            .ToArray();
        var last = results.First(result => result.System == systems[^1].System).Outcomes;
        var wrong = Spread([.. last.Where(outcome => !outcome.IsCorrect)], count / 2);
        var right = Spread([.. last.Where(outcome => outcome.IsCorrect)], count - wrong.Count);
        var chosen = wrong.Concat(right).Select(outcome => outcome.QuestionId).ToHashSet(StringComparer.Ordinal);
        return [.. last.Where(outcome => chosen.Contains(outcome.QuestionId)).Select(outcome => new ReportExample(
            outcome.Question,
            [.. systems.Where(system => system.Outcomes.ContainsKey(outcome.QuestionId)).Select(system => (system.System, system.Outcomes[outcome.QuestionId]))]))];
    }

    private static List<QuestionOutcome> Spread(QuestionOutcome[] outcomes, int count) =>
        count >= outcomes.Length ? [.. outcomes] : [.. Enumerable.Range(0, Math.Max(0, count)).Select(i => outcomes[(long)i * outcomes.Length / count])];
}
