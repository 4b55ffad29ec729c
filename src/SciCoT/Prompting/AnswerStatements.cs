using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Finds the places in a text that state an answer.</summary>
internal static class AnswerStatements
{
    /// <summary>How far back the beginning of a sentence is looked for.</summary>
    private const int LongestSentence = 1000;

    /// <summary>How far apart the marks of a box are at most.</summary>
    private const int LongestBox = 300;

    /// <param name="names">The question's choices.</param>
    /// <param name="text">The text in the form of <see cref="PlainText.Of"/>.</param>
    /// <param name="shadow">Its <see cref="PlainText.Shadow"/>.</param>
    public static IReadOnlyList<AnswerStatement> In(ChoiceNames names, string text, string shadow)
    {
        var announced = Concluding(AnswerPhrases.Announcements(shadow), shadow).Select(match => Announced(names, text, shadow, match)).Concat(Boxed(names, text, shadow));
        if (!names.IsOpen)
        {
            announced = announced
                .Concat(Concluding(AnswerPhrases.ChoiceAnnouncements(shadow), shadow).Select(match => Choice(names, shadow, match, match.Index + match.Length, mayCount: true)))
                .Concat(AnswerPhrases.Conclusions(shadow).Select(match => Concluded(names, shadow, match)))
                .Concat(Concluding(AnswerPhrases.Judgements(shadow), shadow).Select(match => Judged(names, shadow, match)));
        }

        return [.. announced.OfType<AnswerStatement>().OrderBy(statement => statement.Start)];
    }

    private static IEnumerable<Match> Concluding(IEnumerable<Match> phrases, string text) => phrases.Where(match => Concludes(text, match));

    /// <summary>Whether the words are the writer's own conclusion, not a thought that is only spoken of.</summary>
    private static bool Concludes(string text, Match match)
    {
        int before = match.Index - 1;
        while (before >= 0 && match.Index - before < LongestSentence && text[before] is ' ' or '\t' or '"' or '(' or '#' or '>' or '-' or '*' or '•' or AnswerBoxes.Open)
            before--;
        if (before >= 0 && !EndsClause(text[before]) && !match.Groups["lead"].Success)
            return false;

        int farthest = Math.Max(0, match.Index - LongestSentence);
        int sentence = farthest + text.AsSpan(farthest, Math.Max(0, before + 1 - farthest)).LastIndexOfAny(".!?\n") + 1;
        return !AnswerPatterns.Supposition().IsMatch(text.AsSpan(sentence, match.Index - sentence));
    }

    /// <summary>Letters of Chinese and Japanese stand without spaces, so that a clause may begin after any of them.</summary>
    private static bool EndsClause(char c) => c is '.' or '!' or '?' or ':' or ';' or ',' or '\n' or '—' or '–' or ')' or AnswerBoxes.Close or (>= '\u3040' and < '\ua000') or (>= '\uac00' and < '\ud7a4') || char.IsSurrogate(c) || char.IsSymbol(c);

    private static AnswerStatement? Announced(ChoiceNames names, string text, string shadow, Match match)
    {
        int start = match.Index + match.Length;
        return names.IsOpen ? Open(text, shadow, match, start) : Choice(names, shadow, match, start);
    }

    /// <param name="names">The question's choices.</param>
    /// <param name="text">The text.</param>
    /// <param name="match">The words that announce an answer.</param>
    /// <param name="start">Where they end.</param>
    /// <param name="mayCount">Whether a word for a number may count something behind them: "choose one".</param>
    private static AnswerStatement? Choice(ChoiceNames names, string text, Match match, int start, bool mayCount = false)
    {
        if (ChoiceMention.At(names, text, start) is not { } mention || (mayCount && mention.IsByNumberWord))
            return AnswerPatterns.Hedge().IsMatch(text, start) ? Statement(null, text, match.Index, start) : null;

        // "Is the answer (B)? No."
        if (mention.End < text.Length && text[mention.End] == '?')
            return null;
        return BeginsAList(names, text, match, start, mention) ? null : Statement(mention.Label, text, match.Index, mention.End);
    }

    /// <summary>Whether the choices follow "Answer:" line by line.</summary>
    private static bool BeginsAList(ChoiceNames names, string text, Match match, int start, ChoiceMention mention)
    {
        bool isBelow = match.ValueSpan.Contains('\n') || text.AsSpan(start).TrimStart(' ') is ['\n', ..];
        int next = isBelow && mention.IsByLabel ? text.IndexOf('\n', mention.End) : -1;
        if (next < 0)
            return false;
        next = SkipMarks(text, next);
        return ChoiceMention.At(names, text, next) is { IsByLabel: true } other && other.Label != mention.Label && Behind(text, SkipMarks(text, start)) == Behind(text, next);
    }

    private static int SkipMarks(string text, int place)
    {
        while (place < text.Length && text[place] is '\n' or ' ' or '-' or '•')
            place++;
        return place;
    }

    /// <summary>What stands behind a label; the items of a list are marked alike.</summary>
    private static char Behind(string text, int place)
    {
        while (place < text.Length && text[place] is '(' or '[' or '"')
            place++;
        while (place < text.Length && char.IsLetterOrDigit(text[place]))
            place++;
        return place < text.Length ? text[place] : '\n';
    }

    private static AnswerStatement? Concluded(ChoiceNames names, string text, Match match) =>
        ChoiceMention.At(names, text, match.Index + match.Length) is { IsByLabel: true, IsByNumberWord: false, Label: not null } mention
            && Statement(mention.Label, text, match.Index, mention.End) is { IsWhole: true } statement ? statement : null;

    private static AnswerStatement? Judged(ChoiceNames names, string text, Match match) =>
        ChoiceMention.At(names, text, match.Groups["subject"].Index) is { IsByLabel: true } mention
        && mention.End >= match.Groups["subject"].Index + match.Groups["subject"].Value.TrimEnd().Length
            ? Statement(mention.Label, text, match.Index, match.Index + match.Length)
            : null;

    /// <summary>A box holds the answer whatever stands before it; one that names no choice is a step of a calculation.</summary>
    private static IEnumerable<AnswerStatement> Boxed(ChoiceNames names, string text, string shadow)
    {
        for (int start = shadow.IndexOf(AnswerBoxes.Open, StringComparison.Ordinal); start >= 0; start = shadow.IndexOf(AnswerBoxes.Open, start + 1))
        {
            int length = shadow.AsSpan(start + 1, Math.Min(LongestBox, shadow.Length - start - 1)).IndexOf(AnswerBoxes.Close);
            if (length < 0)
                continue;
            var content = shadow.Substring(start + 1, length).Trim();
            int end = start + length + 2;
            if (names.IsOpen)
            {
                if (content.Length > 0 && !content.Contains('\n', StringComparison.Ordinal))
                    yield return Statement(AnswerBoxes.Unmark(text.Substring(start + 1, length)).Trim().TrimEnd('.'), shadow, Introduction(shadow, start), end);
            }
            else if (ChoiceMention.Alone(names, content) is { } mention)
            {
                yield return Statement(mention.Label, shadow, Introduction(shadow, start), end);
            }
            else if (content.Length <= LongestBox / 4 && ChoiceMention.At(names, content, 0) is { Label: null } doubtful && AnswerPatterns.StatementEnd().IsMatch(content, doubtful.End))
            {
                yield return Statement(null, shadow, start, end);
            }
        }
    }

    /// <summary>Where "Thus," before a box begins.</summary>
    private static int Introduction(string text, int box)
    {
        int from = Math.Max(0, box - 40);
        return AnswerPatterns.Conclusion().Matches(text[from..(box + 1)]).LastOrDefault() is { } words && from + words.Index + words.Length == box ? from + words.Index : box;
    }

    private static AnswerStatement? Open(string text, string shadow, Match match, int start)
    {
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] == AnswerBoxes.Open))
            start++;
        if (AnswerPatterns.Hedge().IsMatch(shadow, start))
            return Statement(null, shadow, match.Index, start);

        int room = Math.Min(LongestSentence, text.Length - start);
        var end = AnswerPatterns.SentenceEnd().Match(shadow, start, Math.Min(room + 1, text.Length - start));
        if (!end.Success && room < text.Length - start)
            return null;
        var answer = end.Success ? text[start..end.Index] : text[start..];
        if (answer.IndexOf(AnswerBoxes.Close, StringComparison.Ordinal) is >= 0 and var close)
            answer = answer[..close];
        var bare = answer.Trim(' ', '\t', '"', '“', '”', '*', '.', '。');
        return bare.Length == 0 || AnswerPatterns.NoAnswer().IsMatch(bare) ? null : Statement(bare, shadow, match.Index, start + answer.Length);
    }

    private static AnswerStatement Statement(string? answer, string text, int start, int end)
    {
        var rest = PatternSearch.LengthAt(AnswerPatterns.StatementEnd(), text, end);
        return new(answer, start, end + (rest ?? 0), rest is not null, StartsLine(text, start));
    }

    private static bool StartsLine(string text, int start)
    {
        while (start > 0 && text[start - 1] is ' ' or '\t' or AnswerBoxes.Open)
            start--;
        return start == 0 || text[start - 1] == '\n';
    }
}
