namespace SciCoT.Prompting;

/// <summary>The labels and texts by which a reply may name a question's choices, in the form of <see cref="PlainText.Shadow"/>.</summary>
internal sealed class ChoiceNames
{
    /// <summary>A longer text is not written out to name a choice.</summary>
    private const int LongestText = 1000;

    private readonly Entry[] _choices;
    private readonly bool _lettersMeanNumbers;

    public ChoiceNames(ScienceQuestion question)
    {
        _choices = [.. question.Choices.Select(choice => new Entry(choice.Label, Bare(choice.Label), WithoutArticle(choice.Text)))];
        Texts = [.. _choices.Where(choice => choice.Text.Length is > 0 and <= LongestText).Select(choice => (choice.Label, choice.Text))];
        _lettersMeanNumbers = LettersMeanNumbers(question);
    }

    public bool IsOpen => _choices.Length == 0;

    /// <summary>The choices with a text that is short enough to be named by it.</summary>
    public IReadOnlyList<(string Label, string Text)> Texts { get; }

    /// <summary>The label as the question writes it; <see langword="null"/> where no choice has it, or more than one in this case.</summary>
    public string? Label(string written, StringComparison comparison)
    {
        Entry? named = null;
        foreach (var choice in _choices)
        {
            if (!choice.Name.Equals(written, comparison))
                continue;
            if (named is not null)
                return null;
            named = choice;
        }

        if (named is not null)
            return named.Label;
        return _lettersMeanNumbers && written is [var letter] && Index(letter, comparison) is { } index && index < _choices.Length ? _choices[index].Label : null;
    }

    private static int? Index(char letter, StringComparison comparison) =>
        letter is >= 'A' and <= 'Z' ? letter - 'A'
        : letter is >= 'a' and <= 'z' && comparison == StringComparison.OrdinalIgnoreCase ? letter - 'a'
        : null;

    /// <summary>
    /// Whether A, B, C can only stand for the first, second and third choice: the choices are numbered from 1, and the question
    /// itself calls nothing by such a letter ("plant A", "blood of group B").
    /// </summary>
    private static bool LettersMeanNumbers(ScienceQuestion question)
    {
        var labels = question.Choices.Select(choice => Bare(choice.Label)).ToArray();
        if (labels.Length is < 2 or > 9 || labels.Where((label, i) => label != ((char)('1' + i)).ToString()).Any())
            return false;

        char last = (char)('A' + labels.Length - 1);
        return !NamesLetter(question.Stem, last) && !NamesLetter(question.Context ?? "", last)
            && !question.Choices.Any(choice => NamesLetter(choice.Text, last));
    }

    /// <summary>Whether one of the first letters stands alone in a text; the article "A" at a sentence's beginning does not count.</summary>
    private static bool NamesLetter(string text, char last)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < 'A' || text[i] > last || IsWord(text, i - 1) || IsWord(text, i + 1))
                continue;
            bool isArticle = text[i] == 'A' && i + 2 < text.Length && text[i + 1] == ' ' && char.IsLower(text[i + 2])
                && text.AsSpan(0, i).TrimEnd(" \t\r\n\"“'(") is var before && (before.IsEmpty || ".!?:;\n".Contains(before[^1], StringComparison.Ordinal));
            if (!isArticle)
                return true;
        }

        return false;
    }

    private static bool IsWord(string text, int index) => (uint)index < (uint)text.Length && char.IsLetterOrDigit(text[index]);

    /// <summary>The label without brackets and full stops, which some data sets print around it.</summary>
    private static string Bare(string label)
    {
        var name = PlainText.Shadow(label).Trim(' ', '(', ')', '[', ']', '{', '}', '.', ':', '\u200b', '\ufeff');
        return name.Length == 0 ? label : name;
    }

    private static string WithoutArticle(string text)
    {
        if (text.Length > 4 * LongestText)
            return "";
        var name = PlainText.Name(text).TrimEnd('.');
        return name[AnswerPatterns.Article().Match(name).Length..];
    }

    private sealed record Entry(string Label, string Name, string Text);
}
