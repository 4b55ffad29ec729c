using System.Text.RegularExpressions;
using SciCoT.Questions;

namespace SciCoT.Prompting;

/// <summary>Reads the chosen option out of an answer that was written freely. It never guesses.</summary>
internal static partial class ChoiceExtractor
{
    /// <summary>
    /// The option that a text decides for. In this order: the text is an option's text; it is or begins with a label
    /// (<c>B</c>, <c>(B)</c>, <c>B.</c>, <c>B) …</c>); it says that the answer is a label; exactly one label stands in
    /// parentheses in it; it contains the text of exactly one option. Case, white space and punctuation do not matter for texts.
    /// </summary>
    /// <param name="question">A question with choices.</param>
    /// <param name="text">What was written.</param>
    /// <returns>The option, or <see langword="null"/> when none or several fit.</returns>
    public static Choice? Extract(ScienceQuestion question, string text)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(text);
        text = PlainText.Collapse(text);
        var written = NormalizedText.Of(text);
        return Only(question, choice => written == NormalizedText.Of(choice.Text))
            ?? Labelled(question, LeadingLabel().Match(text))
            ?? Labelled(question, StatedLabel().Match(text))
            ?? Only(question, choice => text.Contains($"({choice.Label})", StringComparison.OrdinalIgnoreCase))
            ?? Containing(question, text);
    }

    private static Choice? Labelled(ScienceQuestion question, Match label) =>
        label.Success ? Only(question, choice => choice.Label.Equals(label.Groups["label"].Value, StringComparison.OrdinalIgnoreCase)) : null;

    private static Choice? Only(ScienceQuestion question, Func<Choice, bool> fits)
    {
        Choice[] fitting = [.. question.Choices.Where(fits).Take(2)];
        return fitting.Length == 1 ? fitting[0] : null;
    }

    /// <summary>The only option whose words follow each other in a text: "iron" is not in "environment".</summary>
    private static Choice? Containing(ScienceQuestion question, string text)
    {
        var said = Words(text);
        return Only(question, choice => Words(choice.Text) is { Length: > 2 } words && said.Contains(words, StringComparison.Ordinal));
    }

    /// <summary>The words in lower case, each between spaces.</summary>
    private static string Words(string text) => $" {string.Join(' ', Word().Matches(text).Select(word => word.Value.ToLowerInvariant()))} ";

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();

    /// <summary>A label at the beginning: alone, in parentheses, or followed by a mark. "A magnet" does not begin with one.</summary>
    [GeneratedRegex(@"^(\((?<label>\w{1,2})\)|(?<label>\w{1,2})\s{0,2}([.):]|$))")]
    private static partial Regex LeadingLabel();

    [GeneratedRegex(@"\b(?:answer|option|choice)(?:\s{1,2}is)?\s{0,2}:?\s{0,2}(\((?<label>\w{1,2})\)|(?<label>[A-Z0-9])(?=[.,;:)]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex StatedLabel();
}
