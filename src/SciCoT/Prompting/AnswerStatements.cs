using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Finds the places in a text that state an answer.</summary>
internal static class AnswerStatements
{
    /// <summary>How far back the beginning of a sentence is looked for.</summary>
    private const int LongestSentence = 1000;

    public static IReadOnlyList<AnswerStatement> In(ScienceQuestion question, string text)
    {
        var announced = AnswerPatterns.Announcement().Matches(text).Where(match => Concludes(text, match)).Select(match => Announced(question, text, match));
        if (question.Choices.Count == 0)
            return [.. announced.OfType<AnswerStatement>()];

        var judged = AnswerPatterns.Judgement().Matches(text).Where(match => Concludes(text, match)).Select(match => Judged(question, text, match));
        return [.. announced.Concat(judged).OfType<AnswerStatement>().OrderBy(statement => statement.Start)];
    }

    /// <summary>Whether the words are the writer's own conclusion, not a thought that is only spoken of.</summary>
    private static bool Concludes(string text, Match match)
    {
        int before = match.Index - 1;
        while (before >= 0 && text[before] is (' ' or '\t' or '"' or '(' or '#' or '>' or '-' or '*'))
            before--;
        if (before >= 0 && text[before] is not ('.' or '!' or '?' or ':' or ';' or ',' or '\n' or '—' or '–') && !match.Groups["lead"].Success)
            return false;

        int farthest = Math.Max(0, match.Index - LongestSentence);
        int sentence = farthest + text.AsSpan(farthest, Math.Max(0, before + 1 - farthest)).LastIndexOfAny(".!?\n") + 1;
        return !AnswerPatterns.Supposition().IsMatch(text.AsSpan(sentence, match.Index - sentence));
    }

    private static AnswerStatement? Announced(ScienceQuestion question, string text, Match match)
    {
        int start = match.Index + match.Length;
        return question.Choices.Count == 0 ? Open(text, match, start) : Choice(question, text, match, start);
    }

    private static AnswerStatement? Choice(ScienceQuestion question, string text, Match match, int start)
    {
        if (ChoiceMention.At(question, text, start) is not { } mention)
            return AnswerPatterns.Hedge().IsMatch(text, start) ? Statement(null, text, match.Index, start) : null;

        // "Is the answer (B)? No."
        if (mention.End < text.Length && text[mention.End] == '?')
            return null;
        return Statement(mention.Label, text, match.Index, mention.End);
    }

    private static AnswerStatement? Judged(ScienceQuestion question, string text, Match match) =>
        ChoiceMention.At(question, text, match.Groups["subject"].Index) is { IsByLabel: true } mention
        && mention.End >= match.Groups["subject"].Index + match.Groups["subject"].Value.TrimEnd().Length
            ? Statement(mention.Label, text, match.Index, match.Index + match.Length)
            : null;

    private static AnswerStatement? Open(string text, Match match, int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        if (AnswerPatterns.Hedge().IsMatch(text, start))
            return Statement(null, text, match.Index, start);

        var answer = AnswerPatterns.SentenceEnd().Match(text, start) is { Success: true } end ? text[start..end.Index] : text[start..];
        var bare = answer.Trim(' ', '\t', '"', '“', '”', '*', '.');
        return bare.Length == 0 || AnswerPatterns.NoAnswer().IsMatch(bare) ? null : Statement(bare, text, match.Index, start + answer.Length);
    }

    private static AnswerStatement Statement(string? answer, string text, int start, int end)
    {
        var rest = AnswerPatterns.StatementEnd().Match(text, end);
        return new(answer, start, rest.Success ? end + rest.Length : end, rest.Success, StartsLine(text, start));
    }

    private static bool StartsLine(string text, int start)
    {
        while (start > 0 && text[start - 1] is (' ' or '\t'))
            start--;
        return start == 0 || text[start - 1] == '\n';
    }
}
