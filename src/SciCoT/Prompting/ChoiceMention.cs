using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>A choice that is named at a place in a text.</summary>
/// <param name="Label">Its label; <see langword="null"/> when more than one is named, or label and text contradict each other.</param>
/// <param name="IsByLabel">Whether it is named by its label, not only by its text.</param>
/// <param name="IsEnclosed">Whether its label stands in brackets.</param>
/// <param name="End">Where the mention ends.</param>
internal sealed record ChoiceMention(string? Label, bool IsByLabel, bool IsEnclosed, int End)
{
    /// <summary>Whether it is named by a bare word for a number, as in "the answer is two". Elsewhere such a word counts something.</summary>
    public bool IsByNumberWord { get; private init; }

    /// <summary>What is named at a place; <see langword="null"/> for nothing.</summary>
    /// <param name="names">The question's choices.</param>
    /// <param name="text">A text in the form of <see cref="PlainText.Shadow"/>.</param>
    /// <param name="start">The place.</param>
    public static ChoiceMention? At(ChoiceNames names, string text, int start)
    {
        if (Name(names, text, start) is not { } mention)
            return null;

        // "(A) or (B)", "(A), (B)", "(A) if it rains"
        var more = AnswerPatterns.Continuation().Match(text, mention.End);
        bool isOpenEnded = more.Success
            && (more.Groups["doubt"].Success || Name(names, text, mention.End + more.Length) is not null);
        return isOpenEnded ? mention with { Label = null } : mention;
    }

    /// <summary>The choice that a line names and beside which it says nothing.</summary>
    public static ChoiceMention? Alone(ChoiceNames names, string line)
    {
        var text = line.Trim(' ', '\t', '\n', '-', '#', '>', '=', '•', '→', '⇒');
        return At(names, text, 0) is { Label: not null } mention && PatternSearch.LengthAt(AnswerPatterns.StatementEnd(), text, mention.End) is { } rest
            && mention.End + rest == text.Length ? mention : null;
    }

    private static ChoiceMention? Name(ChoiceNames names, string text, int start)
    {
        var words = Words.At(names, text, start);
        if (Mark.At(names, text, start) is not { } mark)
            return words is null ? Ordinal(names, text, start) : Labelled(names, text, words);

        // A bare 3 may be a label and three of something.
        if (!mark.IsEnclosed && words is not null && !words.Labels.Contains(mark.Label))
            return new(null, true, false, words.End);

        // "(B) copper" agrees with itself, "(A) copper" does not.
        var said = Words.At(names, text, mark.End + Skip(AnswerPatterns.Separator(), text, mark.End));
        return said is null ? new(mark.Label, true, mark.IsEnclosed, mark.End) { IsByNumberWord = mark.IsBareNumberWord }
            : new(said.Labels.Contains(mark.Label) ? mark.Label : null, true, mark.IsEnclosed, said.End);
    }

    private static int Skip(Regex optional, string text, int start) => PatternSearch.LengthAt(optional, text, start) ?? 0;

    /// <summary>"the second option" is the choice by its place.</summary>
    private static ChoiceMention? Ordinal(ChoiceNames names, string text, int start)
    {
        var match = AnswerPatterns.Ordinal().Match(text, start);
        if (!match.Success)
            return null;
        for (int place = 0; place < 5; place++)
        {
            if (match.Groups[$"n{place + 1}"].Success && names.LabelAt(place) is { } label)
                return new(label, true, false, match.Index + match.Length);
        }

        return null;
    }

    /// <summary>"copper (B)" is the choice by its label too; "copper (A)" contradicts itself.</summary>
    private static ChoiceMention Labelled(ChoiceNames names, string text, Words words) =>
        Mark.At(names, text, words.End) is { IsEnclosed: true } label
            ? new(words.Labels.Contains(label.Label) ? label.Label : null, true, true, label.End)
            : new(words.TheLabel, false, false, words.End);

    /// <summary>A label: in brackets, or bare where no word follows that it could belong to.</summary>
    private sealed record Mark(string Label, bool IsEnclosed, int End)
    {
        public bool IsBareNumberWord { get; private init; }

        public static Mark? At(ChoiceNames names, string text, int start)
        {
            var match = AnswerPatterns.Label().Match(text, start);
            if (!match.Success)
                return null;

            int end = match.Index + match.Length;
            if (match.Groups["enclosed"] is { Success: true } enclosed)
            {
                var label = names.Label(enclosed.Value, StringComparison.Ordinal) ?? names.Label(enclosed.Value, StringComparison.OrdinalIgnoreCase) ?? names.NumberLabel(enclosed.Value);
                return label is null ? null : new(label, true, end);
            }

            // A small letter is a label where nothing follows that it could belong to: "answer is b".
            var written = match.Groups["bare"].Value;
            if (names.NumberLabel(written) is { } number)
                return match.Groups["noun"].Success || AnswerPatterns.StatementEnd().IsMatch(text, end) ? new(number, false, end) { IsBareNumberWord = !match.Groups["noun"].Success } : null;
            var (exact, loose) = (names.Label(written, StringComparison.Ordinal), names.Label(written, StringComparison.OrdinalIgnoreCase));
            if (exact is null && loose is null)
                return null;
            bool isWhole = AnswerPatterns.StatementEnd().IsMatch(text, end);
            bool agrees = loose is not null && Words.At(names, text, end + Skip(AnswerPatterns.Separator(), text, end))?.Labels.Contains(loose) == true;
            return (exact ?? (isWhole || agrees ? loose : null)) is { } bare
                && (AnswerPatterns.AfterBareLabel().IsMatch(text, end) || Words.At(names, text, end)?.Labels.Contains(bare) == true)
                ? new(bare, false, end)
                : null;
        }
    }

    /// <summary>The longest choice text that stands at a place and after which the phrase ends. Some questions print one text twice.</summary>
    private sealed record Words(IReadOnlyList<string> Labels, int End)
    {
        public string? TheLabel => Labels.Count == 1 ? Labels[0] : null;

        public static Words? At(ChoiceNames names, string text, int start)
        {
            start += Skip(AnswerPatterns.Article(), text, start);
            List<string>? labels = null;
            int length = 0;
            foreach (var (label, words) in names.Texts)
            {
                if (words.Length < length || !text.AsSpan(start).StartsWith(words, StringComparison.OrdinalIgnoreCase) || !EndsAt(names, text, start + words.Length))
                    continue;
                if (words.Length > length)
                    labels = [];
                length = words.Length;
                labels!.Add(label);
            }

            return labels is null ? null : new(labels, start + length);
        }

        /// <summary>"iron (II) oxide" does not end after iron, "iron (A)" does.</summary>
        private static bool EndsAt(ChoiceNames names, string text, int end) =>
            AnswerPatterns.AfterWords().IsMatch(text, end)
            || (end < text.Length && text[end] == ' ' && AnswerPatterns.Label().Match(text, end) is { Success: true } label
                && label.Groups["enclosed"] is { Success: true } enclosed && names.Label(enclosed.Value, StringComparison.Ordinal) is not null);
    }
}
