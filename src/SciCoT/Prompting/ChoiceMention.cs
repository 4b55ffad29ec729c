namespace SciCoT.Prompting;

/// <summary>A choice that is named at a place in a text.</summary>
/// <param name="Label">Its label; <see langword="null"/> when more than one is named, or label and text contradict each other.</param>
/// <param name="IsByLabel">Whether it is named by its label, not only by its text.</param>
/// <param name="End">Where the mention ends.</param>
internal sealed record ChoiceMention(string? Label, bool IsByLabel, int End)
{
    /// <summary>What is named at a place; <see langword="null"/> for nothing.</summary>
    public static ChoiceMention? At(ScienceQuestion question, string text, int start)
    {
        if (Name(question, text, start) is not { } mention)
            return null;

        // "(A) or (B)", "(A), (B)", "(A) if it rains"
        var more = AnswerPatterns.Continuation().Match(text, mention.End);
        bool isOpenEnded = more.Success
            && (more.Groups["doubt"].Success || Name(question, text, mention.End + more.Length) is not null);
        return isOpenEnded ? mention with { Label = null } : mention;
    }

    /// <summary>The choice that a line names and beside which it says nothing.</summary>
    public static ChoiceMention? Alone(ScienceQuestion question, string line)
    {
        var text = line.Trim(' ', '\t', '\n', '-', '#', '>');
        return At(question, text, 0) is { Label: not null } mention && AnswerPatterns.StatementEnd().Match(text, mention.End) is { Success: true } end
            && mention.End + end.Length == text.Length ? mention : null;
    }

    private static ChoiceMention? Name(ScienceQuestion question, string text, int start)
    {
        var words = Words.At(question, text, start);
        if (Mark.At(question, text, start) is not { } mark)
            return words is null ? null : new(words.TheLabel, false, words.End);

        // A bare 3 may be a label and three of something.
        if (!mark.IsEnclosed && words is not null && !words.Labels.Contains(mark.Label))
            return new(null, true, words.End);

        // "(B) copper" agrees with itself, "(A) copper" does not.
        var said = Words.At(question, text, mark.End + AnswerPatterns.Separator().Match(text, mark.End).Length);
        return said is null ? new(mark.Label, true, mark.End)
            : new(said.Labels.Contains(mark.Label) ? mark.Label : null, true, said.End);
    }

    /// <summary>A label: in brackets, or bare where no word follows that it could belong to.</summary>
    private sealed record Mark(string Label, bool IsEnclosed, int End)
    {
        public static Mark? At(ScienceQuestion question, string text, int start)
        {
            var match = AnswerPatterns.Label().Match(text, start);
            if (!match.Success)
                return null;

            int end = match.Index + match.Length;
            if (match.Groups["enclosed"] is { Success: true } enclosed)
            {
                var label = Known(question, enclosed.Value, StringComparison.Ordinal) ?? Known(question, enclosed.Value, StringComparison.OrdinalIgnoreCase);
                return label is null ? null : new(label, true, end);
            }

            return Known(question, match.Groups["bare"].Value, StringComparison.Ordinal) is { } bare
                && (AnswerPatterns.AfterBareLabel().IsMatch(text, end) || Words.At(question, text, end)?.Labels.Contains(bare) == true)
                ? new(bare, false, end)
                : null;
        }

        private static string? Known(ScienceQuestion question, string label, StringComparison comparison) =>
            question.Choices.FirstOrDefault(choice => choice.Label.Equals(label, comparison))?.Label;
    }

    /// <summary>The longest choice text that stands at a place and after which the phrase ends. Some questions print one text twice.</summary>
    private sealed record Words(IReadOnlyList<string> Labels, int End)
    {
        public string? TheLabel => Labels.Count == 1 ? Labels[0] : null;

        public static Words? At(ScienceQuestion question, string text, int start)
        {
            start += AnswerPatterns.Article().Match(text, start).Length;
            return question.Choices
                .Select(choice => (choice.Label, Text: WithoutArticle(choice.Text.Trim().TrimEnd('.'))))
                .Where(choice => choice.Text.Length > 0
                    && string.Compare(text, start, choice.Text, 0, choice.Text.Length, StringComparison.OrdinalIgnoreCase) == 0
                    && AnswerPatterns.AfterWords().IsMatch(text, start + choice.Text.Length))
                .GroupBy(choice => choice.Text.Length, choice => choice.Label)
                .OrderByDescending(group => group.Key)
                .Select(group => new Words([.. group], start + group.Key))
                .FirstOrDefault();
        }

        private static string WithoutArticle(string text) => text[AnswerPatterns.Article().Match(text).Length..];
    }
}
