using System.Text.RegularExpressions;
using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>
/// Refuses rationales that tell the answer instead of explaining it: those that name a choice by its label (<c>(B)</c>,
/// <c>option B</c>, <c>the answer is B</c>, <c>so B is correct</c>, a list with lines <c>A. …</c>, a last word <c>B.</c>)
/// and those that are no more than a choice's text, alone or as the end of the question's sentence.
/// </summary>
/// <remarks>
/// A label means nothing once the choices are shuffled, so any label counts, not only the gold one. Reasoning that uses
/// the words of a choice is no leak. Bare digits may be quantities and do not count, nor does the abbreviation of the word
/// before it, as in <c>carbon (C)</c>.
/// </remarks>
public sealed partial class AnswerLeakFilter : IRationaleFilter
{
    /// <inheritdoc/>
    public string Name => "answer-leak";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(record);
        if (question.Choices.Count == 0)
            return Verdict.NotApplicable("The question has no choices.");
        if (NamedLabel(question, record.Rationale) is { } named)
            return Verdict.Refused($"The rationale names a choice by its label: '{named}'.");
        return IsBareChoice(question, record.Rationale)
            ? Verdict.Refused("The rationale is no more than a choice's text.")
            : Verdict.Accepted;
    }

    private static string? NamedLabel(ScienceQuestion question, string rationale)
    {
        var labels = question.Choices.Select(choice => choice.Label).ToHashSet(StringComparer.Ordinal);
        var anyCase = labels.ToHashSet(StringComparer.OrdinalIgnoreCase);

        var bracketed = Bracketed().Matches(rationale).Where(match => anyCase.Contains(Label(match)) && !IsAbbreviation(question, rationale, match));
        var announced = Announced().Matches(rationale).Where(match => anyCase.Contains(Label(match)) && !MayBeQuantity(match) && !MayBeArticle(match));
        var judged = Judged().Matches(rationale).Concat(Concluded().Matches(rationale)).Where(match => labels.Contains(Label(match)));
        var listed = Listed().Matches(rationale).Where(match => anyCase.Contains(Label(match)));
        bool isList = listed.Select(match => Label(match).ToUpperInvariant()).Distinct().Count() > 1;
        return bracketed.Concat(announced).Concat(judged).Concat(isList ? listed : []).FirstOrDefault()?.Value.Trim();
    }

    private static string Label(Match match) => match.Groups["label"].Value;

    /// <summary>"The answer is 4" may speak of four of something.</summary>
    private static bool MayBeQuantity(Match match) =>
        char.IsAsciiDigit(Label(match)[0]) && match.Groups["noun"].Value.StartsWith("answer", StringComparison.OrdinalIgnoreCase);

    /// <summary>"The best option a farmer has" and "Answer: A plant needs light" name no label.</summary>
    private static bool MayBeArticle(Match match) => Label(match) is "a" or "A" && match.Groups["word"].Success;

    /// <summary>"Carbon (C)" and "degrees Celsius (C)", unless carbon is what choice C says.</summary>
    private static bool IsAbbreviation(ScienceQuestion question, string rationale, Match match)
    {
        var word = WordBefore().Match(rationale[..match.Index]).Value;
        return word.StartsWith(Label(match), StringComparison.OrdinalIgnoreCase)
            && !Noun().IsMatch(word)
            && !question.Choices.Any(choice => choice.Label.Equals(Label(match), StringComparison.OrdinalIgnoreCase)
                && NormalizedText.Of(rationale[..match.Index]).EndsWith(NormalizedText.Of(choice.Text), StringComparison.Ordinal));
    }

    private static bool IsBareChoice(ScienceQuestion question, string rationale)
    {
        var said = Bare(AnswerSuffix().Replace(AnswerPrefix().Replace(rationale.Trim(), "", 1), "", 1));
        return said.Length > 0 && question.Choices.Any(choice => Bare(choice.Text) == said || Bare(question.Stem + " " + choice.Text) == said);
    }

    private static string Bare(string text) => NormalizedText.Of(Article().Replace(text.Trim(), "", 1));

    [GeneratedRegex(@"(?<!\w)[(\[]\s*(?<label>[A-Za-z0-9]{1,3})\s*[)\]]|\\boxed\{\s*(?<label>[A-Za-z0-9]{1,3})\s*\}|\*\*\s*(?<label>[A-Z0-9]{1,3})\s*[.):]?\s*\*\*")]
    private static partial Regex Bracketed();

    [GeneratedRegex(
        """
        \b(?<noun>options?|choices?|answers?|letters?)
        (?:\s+(?:is|was|are|must\ be|should\ be|would\ be|will\ be)(?:\s+(?:therefore|thus|then|clearly|simply|indeed))?)?
        \s*[:=]?\s*["'“‘*(]*\b(?<label>[a-z0-9]{1,3})\b(?!['’°])
        (?<word>\s+["'“‘(]*(?!(?:is|was|because|since|as|and|or)\b)[a-z0-9])?
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Announced();

    /// <summary>At the start of a clause only: vitamin C is the best source of nothing.</summary>
    [GeneratedRegex(
        """
        (?:^|[.!?;:,]\s|\n|\b(?:so|therefore|thus|hence|then|and|or|but|that|because|since|while|only)\s)\s*
        (?<label>[A-Z])(?:\s*(?:,|and|or|&)\s*[A-Z]\b)*\s+
        (?:is|are|must\ be|would\ be|cannot\ be|can\ not\ be|can't\ be|isn't|aren't)\s+
        (?:(?:the|a|an|also|therefore|both|all|clearly|not|most\ likely|only)\s+)*
        (?:correct|right|best|wrong|incorrect|false|true|answer|option|choice)\b
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Judged();

    [GeneratedRegex(@"(?:^|[.!?:;]\s|\n|\b(?:[Ss]o|[Tt]herefore|[Tt]hus|[Hh]ence),?\s)\s*(?:[Ii]t(?:'s| is| must be)\s+)?(?<label>[A-Z])[.)]?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Concluded();

    [GeneratedRegex(@"^\s*[-*]?\s*(?<label>[A-Za-z])\s?[.):](?=\s)", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"\w+(?=\s*$)")]
    private static partial Regex WordBefore();

    [GeneratedRegex("^(?:options?|choices?|answers?|letters?)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Noun();

    [GeneratedRegex(@"^\s*(?:so|therefore|thus|hence)?,?\s*(?:(?:it(?:'s|\s+is))|(?:the\s+)?(?:correct\s+|right\s+|best\s+|final\s+)?(?:answer|choice|option)\s*(?:is|:))\s*:?\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerPrefix();

    [GeneratedRegex(@"\s+(?:is|are|would\s+be|must\s+be)\s+(?:the\s+)?(?:(?:correct|right|best|answer|choice|option)\s*)+[.!]*\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerSuffix();

    [GeneratedRegex(@"^(?:an?|the)\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Article();
}
