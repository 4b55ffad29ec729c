namespace SciCoT.Evaluation;

/// <summary>A system's answers with one kind of rationale. They show whether it reads its rationale.</summary>
/// <param name="Kind">Which rationale it was given.</param>
/// <param name="Accuracy">How many questions it then answered rightly.</param>
/// <param name="Changed">How many answers differ from those with its own rationale, counted as successes.</param>
public sealed record RationaleUse(RationaleKind Kind, AccuracyReport Accuracy, AccuracyReport Changed)
{
    /// <summary>Counts the answers of each kind, over the questions that were asked with it.</summary>
    /// <param name="outcomes">Outcomes with alternatives, as <see cref="RationaleUseEvaluator"/> adds them.</param>
    /// <returns>One entry for each kind that occurs, own first; empty without alternatives.</returns>
    public static IReadOnlyList<RationaleUse> Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return [.. outcomes
            .SelectMany(outcome => outcome.Alternatives.Select(answer => (Answer: answer, Outcome: outcome)))
            .GroupBy(item => item.Answer.Kind)
            .OrderBy(kind => kind.Key)
            .Select(kind => new RationaleUse(
                kind.Key,
                AccuracyReport.Of(kind.Select(item => Judged(item.Outcome, item.Answer).IsCorrect)),
                AccuracyReport.Of(kind.Select(item => IsChanged(item.Outcome, item.Answer)))))];
    }

    private static bool IsChanged(QuestionOutcome outcome, AlternativeAnswer answer)
    {
        var own = outcome.Alternatives.FirstOrDefault(alternative => alternative.Kind == RationaleKind.Own);
        var (label, text) = own is null ? (outcome.Label, outcome.Text) : (own.Label, own.Text);
        return outcome.Question.Choices.Count > 0 ? answer.Label != label : answer.Text != text;
    }

    private static QuestionOutcome Judged(QuestionOutcome outcome, AlternativeAnswer answer) =>
        QuestionOutcome.Judge(outcome.Question, answer.Label, answer.Text);
}
