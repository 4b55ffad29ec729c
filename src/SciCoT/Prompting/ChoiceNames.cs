using SciCoT.Questions;

namespace SciCoT.Prompting;

/// <summary>The labels and texts by which a reply may name a question's choices, in the form of <see cref="PlainText.Shadow"/>.</summary>
internal sealed class ChoiceNames
{
    /// <summary>A longer text is not written out to name a choice.</summary>
    private const int LongestText = 1000;

    private readonly (string Label, string Text)[] _choices;
    private readonly string[] _labels;
    private readonly bool _lettersMeanNumbers;
    private readonly bool _wordsMeanNumbers;

    public ChoiceNames(ScienceQuestion question)
    {
        _choices = [.. question.Choices.Select(choice => (choice.Label, WithoutArticle(choice.Text)))];
        Texts = [.. _choices.Where(choice => choice.Text.Length is > 0 and <= LongestText)];
        _labels = [.. question.Choices.Select(choice => ChoiceLabels.Bare(PlainText.Shadow(choice.Label)))];
        _lettersMeanNumbers = LettersMeanNumbers(question, _labels);
        _wordsMeanNumbers = WordsMeanNumbers(question, _labels);
    }

    public bool IsOpen => _choices.Length == 0;

    /// <summary>How many choices there are.</summary>
    public int Count => _choices.Length;

    /// <summary>The choices with a text that is short enough to be named by it.</summary>
    public IReadOnlyList<(string Label, string Text)> Texts { get; }

    /// <summary>The label as the question writes it; <see langword="null"/> where no choice has it, or more than one in this case.</summary>
    public string? Label(string written, StringComparison comparison) =>
        ChoiceLabels.Find(_labels, written, _lettersMeanNumbers, comparison) is { } place ? _choices[place].Label : null;

    /// <summary>The label of the choice at a place, from 0.</summary>
    public string? LabelAt(int place) => place < _choices.Length ? _choices[place].Label : null;

    /// <summary>The label of numbered choices that a word for a number means; <see langword="null"/> where the word may count something.</summary>
    public string? NumberLabel(string word) =>
        _wordsMeanNumbers && Array.FindIndex(NumberWords, known => known.Equals(word, StringComparison.OrdinalIgnoreCase)) is >= 0 and var place ? LabelAt(place) : null;

    private static readonly string[] NumberWords = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

    /// <summary>Whether "two" can only mean the second of numbered choices: neither the question nor a choice's text counts anything.</summary>
    private static bool WordsMeanNumbers(ScienceQuestion question, string[] labels) =>
        ChoiceLabels.AreNumbers(labels)
        && !question.Stem.Contains("how m", StringComparison.OrdinalIgnoreCase)
        && !question.Stem.Contains("number", StringComparison.OrdinalIgnoreCase)
        && !question.Choices.Any(choice => choice.Text.Any(char.IsDigit)
            || choice.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(word => NumberWords.Contains(word.Trim('.', ',', '-'), StringComparer.OrdinalIgnoreCase)));

    /// <summary>
    /// Whether A, B, C can only stand for the first, second and third choice: the choices are numbered from 1, and the question
    /// itself calls nothing by such a letter ("plant A", "blood of group B").
    /// </summary>
    private static bool LettersMeanNumbers(ScienceQuestion question, string[] labels)
    {
        if (!ChoiceLabels.AreNumbers(labels))
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

    private static string WithoutArticle(string text)
    {
        if (text.Length > 4 * LongestText)
            return "";
        var name = PlainText.Name(text).TrimEnd('.');
        return name[AnswerPatterns.Article().Match(name).Length..];
    }
}
