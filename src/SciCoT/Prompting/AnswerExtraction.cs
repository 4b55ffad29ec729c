using System.Text;

namespace SciCoT.Prompting;

/// <summary>
/// Finds the answer that a teacher's text states: <c>So the answer is (B).</c>, <c>Answer: B</c>, <c>\boxed{2}</c>, the
/// text of a choice, a label alone on the first or last line.
/// </summary>
/// <remarks>
/// <para>It never guesses. Texts that state two answers, hedge (<c>(A) or (B)</c>, <c>(A) if …</c>), contradict themselves
/// (<c>(A) copper</c> where copper is B) or only speak of answers (<c>one might think the answer is (A)</c>) have none. Where the
/// choices are numbered, a letter is read as its number if the question calls nothing else by that letter.</para>
/// <para>Thoughts, marks of chat templates, role names and invisible characters are left out first.</para>
/// </remarks>
public static class AnswerExtraction
{
    /// <summary>Takes a text apart into rationale and answer.</summary>
    /// <param name="question">The question that was asked.</param>
    /// <param name="reply">The teacher's text.</param>
    public static ExtractedAnswer Read(ScienceQuestion question, string reply)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(reply);
        var (names, text) = (new ChoiceNames(question), PlainText.Of(ReplyText.Clean(reply)));
        var shadow = PlainText.Shadow(text);
        var statements = AnswerStatements.In(names, text, shadow);
        if (TheOne(names, statements) is null && Continued(names, shadow, statements) is { } next)
        {
            // The model went on with a question of its own.
            text = text[..next];
            statements = [.. statements.Where(statement => statement.Start < next).Select(statement => statement with { End = Math.Min(statement.End, next) })];
        }

        if (statements.Count > 0)
            return new(Rationale(Without(text, statements)), TheOne(names, statements));
        var (rest, answer) = OwnLine(names, text, shadow) ?? new(text, null);
        return new(Rationale(rest), answer);
    }

    /// <summary>Reads a text that should be an answer and nothing else.</summary>
    /// <param name="question">The question that was asked.</param>
    /// <param name="reply">The teacher's text.</param>
    /// <returns>The label of the choice, or an open question's answer; <see langword="null"/> when it is not certain.</returns>
    public static string? ReadDecision(ScienceQuestion question, string reply)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(reply);
        var (names, text) = (new ChoiceNames(question), PlainText.Of(ReplyText.Clean(reply)));
        var shadow = PlainText.Shadow(text);
        var statements = AnswerStatements.In(names, text, shadow);
        if (statements.Count > 0)
            return TheOne(names, statements);
        if (text.Contains('\n', StringComparison.Ordinal))
            return OwnLine(names, text, shadow)?.AnswerLabel;
        if (names.IsOpen)
            return text.Length == 0 ? null : text.TrimEnd('.');
        return ChoiceMention.Alone(names, shadow)?.Label ?? OwnLine(names, text, shadow)?.AnswerLabel;
    }

    /// <summary>Where another question begins after an answer was stated.</summary>
    private static int? Continued(ChoiceNames names, string shadow, IReadOnlyList<AnswerStatement> statements)
    {
        if (statements.Count == 0)
            return null;
        foreach (var start in new[] { "\nQuestion:", "\nQ:", "\nQuestion " })
        {
            int next = shadow.IndexOf(start, statements[0].Start, StringComparison.OrdinalIgnoreCase);
            if (next > 0 && TheOne(names, [.. statements.Where(statement => statement.Start < next)]) is not null)
                return next;
        }

        return null;
    }

    private static string? TheOne(ChoiceNames names, IReadOnlyList<AnswerStatement> statements)
    {
        var comparer = names.IsOpen ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var answers = statements.Select(statement => statement.Label).Distinct(comparer).Take(2).ToArray();
        return answers.Length == 1 ? answers[0] : null;
    }

    /// <summary>
    /// A label alone on the last line, on the first, or as the last sentence, where no other line begins with one: that would be
    /// a list of the choices. A label beside a list of all choices, which names it too, is none of the list.
    /// </summary>
    private static ExtractedAnswer? OwnLine(ChoiceNames names, string text, string shadow)
    {
        int last = shadow.LastIndexOf('\n') + 1;
        if (LabelAlone(names, shadow[last..]) is { } mention)
            return IsListed(names, shadow[..last], mention) ? null : new(text[..last], mention.Label);

        int first = shadow.IndexOf('\n', StringComparison.Ordinal);
        if (first > 0 && LabelAlone(names, shadow[..first]) is { } opening)
            return IsListed(names, shadow[first..], opening) ? null : new(text[first..], opening.Label);

        int sentence = last + Math.Max(0, shadow.AsSpan(last).TrimEnd(" .!").LastIndexOfAny(".!?") + 1);
        return sentence > last && LabelAlone(names, shadow[sentence..]) is { } closing
            && (closing.IsEnclosed || EndsSentence(shadow, sentence))
            && !IsListed(names, shadow[..sentence], closing)
            ? new(text[..sentence], closing.Label)
            : null;
    }

    private static ChoiceMention? LabelAlone(ChoiceNames names, string line) =>
        ChoiceMention.Alone(names, line) is { IsByLabel: true, IsByNumberWord: false } mention ? mention : null;

    /// <summary>Whether a sentence ends before a bare label: not within "3.2", behind "Fig." or behind a number that a digit follows.</summary>
    private static bool EndsSentence(string shadow, int sentence)
    {
        if (shadow[sentence] != ' ' || AnswerPatterns.Abbreviation().IsMatch(shadow.AsSpan(Math.Max(0, sentence - 12), Math.Min(12, sentence))))
            return false;
        return !(sentence > 1 && char.IsDigit(shadow[sentence - 2]) && shadow.AsSpan(sentence).TrimStart() is [>= '0' and <= '9', ..]);
    }

    /// <summary>Whether a label belongs to a list of the choices. It does not where the list beside it is whole and names it already.</summary>
    private static bool IsListed(ChoiceNames names, string text, ChoiceMention mention)
    {
        var labels = new List<string?>();
        var listed = new List<string?>();
        foreach (var line in text.AsSpan().Split('\n'))
        {
            if (text.AsSpan()[line].Trim() is not { IsEmpty: false } said)
                continue;
            labels.Add(LabelOf(names, said));
            if (labels[^1] is { } label)
                listed.Add(label);
            if (listed.Count > names.Count)
                return true; // it is not whole, however it goes on
        }

        if (listed.Count == 0)
            return false;
        bool isWhole = listed.Count == names.Count && listed.Contains(mention.Label) && listed.Distinct().Count() == listed.Count;
        return !isWhole || labels[^1] is null || labels.IndexOf(listed[0]) != labels.Count - listed.Count; // a further question may have choices of its own
    }

    /// <summary>The label with which a line begins; empty where it contradicts itself.</summary>
    private static string? LabelOf(ChoiceNames names, ReadOnlySpan<char> line) =>
        ChoiceMention.At(names, line.TrimStart(" -•#>").ToString(), 0) is { IsByLabel: true } mention ? mention.Label ?? "" : null;

    /// <summary>The text without the sentences that do no more than state the answer.</summary>
    private static string Without(string text, IReadOnlyList<AnswerStatement> statements)
    {
        var kept = new StringBuilder();
        int position = 0;
        foreach (var statement in statements.Where(statement => statement.IsWhole))
        {
            if (statement.Start < position)
                continue;
            var before = text[position..statement.Start].TrimEnd(' ', '\t', '\n', AnswerBoxes.Open, '#', '(', '"');
            before = AnswerPatterns.HeadingBefore().Replace(before, "");
            if (before.Length > 0 && before[^1] is ',' or '，')
                before = before[..^1];
            kept.Append(before);
            if (before.Length > 0 && char.IsLetterOrDigit(before[^1]) && !statement.StartsLine)
                kept.Append('.');
            kept.Append('\n');
            position = statement.End;
        }

        return kept.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>What is left, without the headings that say what it is or that stood over the answer.</summary>
    private static string Rationale(string text)
    {
        text = AnswerBoxes.Unmark(text);
        while (AnswerPatterns.Courtesy().Match(text.TrimEnd()) is { Success: true } courtesy)
            text = text[..courtesy.Index];
        text = AnswerPatterns.Opening().Replace(text.TrimStart(), "");
        int start = SkipSpace(text, 0), end = text.AsSpan().TrimEnd().Length;
        while (start < end && AnswerPatterns.Heading().Match(text, start) is { Success: true, Length: > 0 } heading)
            start = SkipSpace(text, start + heading.Length);
        while (start < end && text.LastIndexOf('\n', end - 1, end - start) + 1 is var last)
        {
            last = Math.Max(last, start);
            var heading = AnswerPatterns.Heading().Match(text, last);
            if (!heading.Success || heading.Length == 0 || SkipSpace(text, last + heading.Length) < end)
                break;
            end = text.AsSpan(0, last).TrimEnd().Length;
        }

        return start < end ? text[start..end] : "";
    }

    private static int SkipSpace(string text, int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
            start++;
        return start;
    }
}
