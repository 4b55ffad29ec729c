using System.Buffers;
using System.Text.RegularExpressions;
using SciCoT.Prompting;
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
    /// <summary>How far before a label the word is looked for that it may abbreviate.</summary>
    private const int LongestWord = 200;

    private static readonly HashSet<string> Nouns = new(["option", "options", "choice", "choices", "answer", "answers", "letter", "letters"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Each <see cref="Judged"/> ends in one of these.</summary>
    private static readonly SearchValues<string> Judgements = PatternSearch.Words("correct right best wrong false true answer option choice");

    /// <inheritdoc/>
    public string Name => "answer-leak";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(record);
        if (question.Choices.Count == 0)
            return Verdict.NotApplicable("The question has no choices.");
        var rationale = PlainText.Collapse(record.Rationale);
        if (NamedLabel(question, rationale) is { } named)
            return Verdict.Refused($"The rationale names a choice by its label: '{named}'.");
        return IsBareChoice(question, rationale)
            ? Verdict.Refused("The rationale is no more than a choice's text.")
            : Verdict.Accepted;
    }

    private static string? NamedLabel(ScienceQuestion question, string rationale)
    {
        var labels = question.Choices.Select(choice => choice.Label).ToHashSet(StringComparer.Ordinal);
        var anyCase = labels.ToHashSet(StringComparer.OrdinalIgnoreCase);

        var names = question.Choices.ToLookup(choice => choice.Label, choice => NormalizedText.Of(choice.Text), StringComparer.OrdinalIgnoreCase);

        var bracketed = Bracketed().Matches(rationale).Where(match => anyCase.Contains(Label(match)) && !IsAbbreviation(names, rationale, match));
        var announced = Announced().Matches(rationale).Where(match => anyCase.Contains(Label(match)) && !MayBeQuantity(match) && !MayBeArticle(match));
        var judged = PatternSearch.Near(Judged(), rationale, PatternSearch.Places(rationale, Judgements), before: 240, after: 40).Concat(Concluded().Matches(rationale)).Where(match => labels.Contains(Label(match)));
        return (bracketed.Concat(announced).Concat(judged).FirstOrDefault() ?? FirstOfList(anyCase, rationale))?.Value.Trim();
    }

    /// <summary>The first line of a list of the choices: lines that begin with one label alone are none.</summary>
    private static Match? FirstOfList(HashSet<string> labels, string rationale)
    {
        Match? first = null;
        for (var line = Listed().Match(rationale); line.Success; line = line.NextMatch())
        {
            if (!labels.Contains(Label(line)))
                continue;
            if (first is not null && !Label(line).Equals(Label(first), StringComparison.OrdinalIgnoreCase))
                return first;
            first ??= line;
        }

        return null;
    }

    private static string Label(Match match) => match.Groups["label"].Value;

    /// <summary>"The answer is 4" may speak of four of something.</summary>
    private static bool MayBeQuantity(Match match) =>
        char.IsAsciiDigit(Label(match)[0]) && match.Groups["noun"].Value.StartsWith("answer", StringComparison.OrdinalIgnoreCase);

    /// <summary>"The best option a farmer has" and "Answer: A plant needs light" name no label.</summary>
    private static bool MayBeArticle(Match match) => Label(match) is "a" or "A" && match.Groups["word"].Success;

    /// <summary>"Carbon (C)" and "degrees Celsius (C)", unless carbon is what choice C says.</summary>
    private static bool IsAbbreviation(ILookup<string, string> names, string rationale, Match match)
    {
        // Only a bounded stretch before the label is looked at, so that many labels take no longer for each of them.
        var before = rationale.AsSpan(Math.Max(0, match.Index - LongestWord), Math.Min(match.Index, LongestWord)).TrimEnd();
        int start = before.Length;
        while (start > 0 && (char.IsLetterOrDigit(before[start - 1]) || before[start - 1] == '_'))
            start--;
        var word = before[start..];
        if (!word.StartsWith(Label(match), StringComparison.OrdinalIgnoreCase) || Nouns.Contains(word.ToString()))
            return false;

        var said = NormalizedText.Of(before);
        return !names[Label(match)].Any(name => said.EndsWith(name, StringComparison.Ordinal));
    }

    private static bool IsBareChoice(ScienceQuestion question, string rationale)
    {
        string[] bare = [.. question.Choices.SelectMany(choice => new[] { Bare(choice.Text), Bare(question.Stem + " " + choice.Text) })];
        var said = Bare(AnswerSuffix().Replace(AnswerPrefix().Replace(rationale.Trim(), "", 1), "", 1), bare.Max(text => text.Length) + 1);
        return said.Length > 0 && bare.Contains(said);
    }

    private static string Bare(string text, int most = int.MaxValue) => NormalizedText.Of(Article().Replace(text.Trim(), "", 1), most);

    [GeneratedRegex(@"(?<!\w)[(\[]\s{0,2}(?<label>[A-Za-z0-9]{1,3})\s{0,2}[)\]]|\\boxed\{\s{0,2}(?<label>[A-Za-z0-9]{1,3})\s{0,2}\}|\*\*\s{0,2}(?<label>[A-Z0-9]{1,3})\s{0,2}[.):]?\s{0,2}\*\*")]
    private static partial Regex Bracketed();

    [GeneratedRegex(
        """
        \b(?<noun>options?|choices?|answers?|letters?)
        (?:\s{1,2}(?:is|was|are|must\s{1,2}be|should\s{1,2}be|would\s{1,2}be|will\s{1,2}be)(?:\s{1,2}(?:therefore|thus|then|clearly|simply|indeed))?)?
        \s{0,2}[:=]?\s{0,2}["'“‘*(]{0,4}\b(?<label>[a-z0-9]{1,3})\b(?!['’°])
        (?<word>\s{1,2}["'“‘(]{0,4}(?!(?:is|was|because|since|as|and|or)\b)[a-z0-9])?
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Announced();

    /// <summary>At the start of a clause only: vitamin C is the best source of nothing.</summary>
    [GeneratedRegex(
        """
        (?:^|[.!?;:,]\s|\n|\b(?:so|therefore|thus|hence|then|and|or|but|that|because|since|while|only)\s)\s?
        (?<label>[A-Z])(?:\s{0,2}(?:,|and|or|&)\s{0,2}[A-Z]\b){0,8}\s{1,2}
        (?:is|are|must\s{1,2}be|would\s{1,2}be|cannot\s{1,2}be|can\s{1,2}not\s{1,2}be|can't\s{1,2}be|isn't|aren't)\s{1,2}
        (?:(?:the|a|an|also|therefore|both|all|clearly|not|most\s{1,2}likely|only)\s{1,2}){0,4}
        (?:correct|right|best|wrong|incorrect|false|true|answer|option|choice)\b
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Judged();

    [GeneratedRegex(@"(?:^|[.!?:;]\s|\n|\b(?:[Ss]o|[Tt]herefore|[Tt]hus|[Hh]ence),?\s)\s?(?:[Ii]t(?:'s|\s{1,2}is|\s{1,2}must\s{1,2}be)\s{1,2})?(?<label>[A-Z])[.)]?$", RegexOptions.CultureInvariant)]
    private static partial Regex Concluded();

    [GeneratedRegex(@"^[-*]?\s?(?<label>[A-Za-z])\s?[.):](?=\s)", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex(@"^(?:so|therefore|thus|hence)?,?\s{0,2}(?:(?:it(?:'s|\s{1,2}is))|(?:the\s{1,2})?(?:correct\s{1,2}|right\s{1,2}|best\s{1,2}|final\s{1,2})?(?:answer|choice|option)\s{0,2}(?:is|:))\s{0,2}:?\s{0,2}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerPrefix();

    [GeneratedRegex(@"\s{1,2}(?:is|are|would\s{1,2}be|must\s{1,2}be)\s{1,2}(?:the\s{1,2})?(?:(?:correct|right|best|answer|choice|option)\s{0,2}){1,4}[.!]{0,4}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AnswerSuffix();

    [GeneratedRegex(@"^(?:an?|the)\s{1,2}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Article();
}
