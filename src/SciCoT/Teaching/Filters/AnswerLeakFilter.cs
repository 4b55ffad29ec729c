using System.Text.RegularExpressions;
using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>
/// Refuses rationales that tell the answer instead of explaining it: those that name a choice by its label (<c>(B)</c>,
/// <c>option B</c>, <c>the answer is B</c>, <c>B is correct</c>) and those that are no more than a choice's text.
/// </summary>
/// <remarks>
/// A label means nothing once the choices are shuffled, so any label counts, not only the gold one. Reasoning that uses
/// the words of a choice is no leak. Bare digits after "answer" may be quantities and do not count.
/// </remarks>
public sealed partial class AnswerLeakFilter : IRationaleFilter
{
    /// <inheritdoc/>
    public string Name => "answer-leak";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(record);
        if (question.Choices.Count == 0)
            return Verdict.NotApplicable("The question has no choices.");
        if (NamedLabel(question, record.Rationale) is { } named)
            return Verdict.Refused($"The rationale names a choice by its label: '{named}'.");

        var said = NormalizedText.Of(AnswerPhrase().Replace(record.Rationale, "", 1));
        return said.Length > 0 && question.Choices.Any(choice => NormalizedText.Of(choice.Text) == said)
            ? Verdict.Refused("The rationale is no more than a choice's text.")
            : Verdict.Accepted;
    }

    private static string? NamedLabel(ScienceQuestion question, string rationale)
    {
        var bracketed = Bracketed().Matches(rationale).Where(match => IsLabel(match, StringComparison.OrdinalIgnoreCase));
        var announced = Announced().Matches(rationale).Where(match => IsLabel(match, StringComparison.OrdinalIgnoreCase) && !MayBeQuantity(match) && !MayBeArticle(match));
        var judged = Judged().Matches(rationale).Where(match => IsLabel(match, StringComparison.Ordinal) && !char.IsAsciiDigit(match.Groups["label"].Value[0]));
        return bracketed.Concat(announced).Concat(judged).FirstOrDefault()?.Value.Trim();

        bool IsLabel(Match match, StringComparison comparison) =>
            question.Choices.Any(choice => choice.Label.Equals(match.Groups["label"].Value, comparison));
    }

    /// <summary>"The answer is 4" may speak of four of something.</summary>
    private static bool MayBeQuantity(Match match) =>
        char.IsAsciiDigit(match.Groups["label"].Value[0]) && match.Groups["noun"].Value.StartsWith("answer", StringComparison.OrdinalIgnoreCase);

    /// <summary>"The best option a farmer has" and "Answer: A plant needs light" name no label.</summary>
    private static bool MayBeArticle(Match match) =>
        match.Groups["label"].Value is "a" or "A" && match.Groups["word"].Success;

    [GeneratedRegex(@"[(\[]\s*(?<label>[A-Za-z0-9]{1,3})\s*[)\]]")]
    private static partial Regex Bracketed();

    [GeneratedRegex("""\b(?<noun>options?|choices?|answers?)(?:\s+(?:is|was|are|must be|should be))?\s*[:=]?\s*["'“‘*]*\b(?<label>[a-z0-9]{1,3})\b(?<word>\s+(?!(?:is|was|because|since|as|and|or)\b)[a-z])?""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Announced();

    [GeneratedRegex(@"(?<![\w'’-])(?<label>[A-Z0-9]{1,3})\s+is\s+(?:the\s+|therefore\s+)*(?:correct|right|best)\b")]
    private static partial Regex Judged();

    [GeneratedRegex(@"^\s*(?:so|therefore|thus|hence)?,?\s*(?:the\s+)?(?:correct\s+|right\s+|best\s+)?answer\s*(?:is|:)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerPhrase();
}
