namespace SciCoT.Questions;

/// <summary>A question that stands in two sets.</summary>
/// <param name="First">The question in the first set.</param>
/// <param name="Second">The same question in the second set.</param>
internal sealed record QuestionOverlap(ScienceQuestion First, ScienceQuestion Second)
{
    /// <summary>
    /// Finds the questions that two sets share, so that nobody is examined on what he was taught. Two questions are the
    /// same when stem, context and choices agree but for case, white space, punctuation and the choices' order.
    /// </summary>
    /// <param name="first">One set, usually the questions to train on.</param>
    /// <param name="second">The other set, usually the questions to evaluate on; it is read once and not kept.</param>
    /// <returns>Every pair, in the order of the second set; empty when the sets are disjoint.</returns>
    public static IReadOnlyList<QuestionOverlap> Find(IEnumerable<ScienceQuestion> first, IEnumerable<ScienceQuestion> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);

        var known = first.ToLookup(Key);
        return [.. second.SelectMany(question => known[Key(question)].Select(match => new QuestionOverlap(match, question)))];
    }

    /// <summary>What a question says, however it is set: equal for questions that are the same.</summary>
    internal static string Key(ScienceQuestion question) =>
        string.Join('\n', [
            NormalizedText.Of(question.Stem),
            NormalizedText.Of(question.Context ?? ""),
            .. question.Choices.Select(choice => NormalizedText.Of(choice.Text)).Order(StringComparer.Ordinal)]);
}
