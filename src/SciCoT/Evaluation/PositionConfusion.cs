namespace SciCoT.Evaluation;

/// <summary>Which position in the list of choices a system picks, against where the right one stands: shows a bias to a place.</summary>
/// <param name="Counts">
/// <c>[gold position][chosen position]</c>; each row has one more entry than there are positions, for answers that could not be
/// read.
/// </param>
internal sealed record PositionConfusion(IReadOnlyList<IReadOnlyList<int>> Counts)
{
    /// <summary>Counts; <see langword="null"/> when no question has choices.</summary>
    /// <param name="outcomes">The outcomes; open questions are left out.</param>
    public static PositionConfusion? Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        int positions = outcomes.Select(outcome => outcome.Question.Choices.Count).DefaultIfEmpty().Max();
        if (positions == 0)
            return null;
        int[][] counts = [.. Enumerable.Range(0, positions).Select(_ => new int[positions + 1])];
        foreach (var outcome in outcomes.Where(outcome => outcome.Question.Choices.Count > 0))
            counts[Position(outcome, outcome.Gold)][outcome.Label is null ? positions : Position(outcome, outcome.Label)]++;
        return new(counts);
    }

    private static int Position(QuestionOutcome outcome, string label)
    {
        int position = 0;
        while (outcome.Question.Choices[position].Label != label)
            position++;
        return position;
    }
}
