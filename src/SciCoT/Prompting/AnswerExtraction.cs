using System.Text;

namespace SciCoT.Prompting;

/// <summary>
/// Finds the answer that a teacher's text states: <c>So the answer is (B).</c>, <c>Answer: B</c>, <c>\boxed{2}</c>, the
/// text of a choice, a label alone on the last line.
/// </summary>
/// <remarks>
/// It never guesses. Texts that state two answers, hedge (<c>(A) or (B)</c>, <c>(A) if …</c>), contradict themselves
/// (<c>(A) copper</c> where copper is B) or only speak of answers (<c>one might think the answer is (A)</c>) have none.
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
        var text = Plain(WithoutThinking(reply));
        var statements = AnswerStatements.In(question, text);
        if (statements.Count == 0)
            return LastLine(question, text) ?? new(text, null);

        return new(Without(text, statements), TheOne(question, statements));
    }

    /// <summary>Reads a text that should be an answer and nothing else.</summary>
    /// <param name="question">The question that was asked.</param>
    /// <param name="reply">The teacher's text.</param>
    /// <returns>The label of the choice, or an open question's answer; <see langword="null"/> when it is not certain.</returns>
    public static string? ReadDecision(ScienceQuestion question, string reply)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(reply);
        var text = Plain(WithoutThinking(reply));
        var statements = AnswerStatements.In(question, text);
        if (statements.Count > 0)
            return TheOne(question, statements);
        if (text.Contains('\n', StringComparison.Ordinal))
            return LastLine(question, text)?.AnswerLabel;
        if (question.Choices.Count == 0)
            return text.Length == 0 ? null : text.TrimEnd('.');
        return ChoiceMention.Alone(question, text)?.Label;
    }

    /// <summary>What follows the block in which some models think aloud; nothing where the block does not end.</summary>
    internal static string WithoutThinking(string reply)
    {
        const string Open = "<think>", Close = "</think>";
        int end = reply.LastIndexOf(Close, StringComparison.OrdinalIgnoreCase);
        if (end >= 0)
            return reply[(end + Close.Length)..];
        return reply.TrimStart().StartsWith(Open, StringComparison.OrdinalIgnoreCase) ? "" : reply;
    }

    /// <summary>The text without emphasis and TeX boxes.</summary>
    private static string Plain(string text) =>
        AnswerPatterns.Box().Replace(text.Replace("\r\n", "\n", StringComparison.Ordinal), "${content}")
            .Replace("**", "", StringComparison.Ordinal)
            .Replace("__", "", StringComparison.Ordinal)
            .Replace("`", "", StringComparison.Ordinal)
            .Trim();

    private static string? TheOne(ScienceQuestion question, IReadOnlyList<AnswerStatement> statements)
    {
        var comparer = question.Choices.Count == 0 ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var answers = statements.Select(statement => statement.Label).Distinct(comparer).ToArray();
        return answers.Length == 1 ? answers[0] : null;
    }

    /// <summary>A label alone on the last line, where no other line begins with one: that would be a list of the choices.</summary>
    private static ExtractedAnswer? LastLine(ScienceQuestion question, string text)
    {
        int last = text.LastIndexOf('\n') + 1;
        if (ChoiceMention.Alone(question, text[last..]) is not { IsByLabel: true } mention)
            return null;

        var before = text[..last];
        return before.Split('\n').Any(line => ChoiceMention.At(question, line, 0) is { IsByLabel: true })
            ? null
            : new(before.Trim(), mention.Label);
    }

    /// <summary>The text without the sentences that do no more than state the answer.</summary>
    private static string Without(string text, IReadOnlyList<AnswerStatement> statements)
    {
        var kept = new StringBuilder();
        int position = 0;
        foreach (var statement in statements.Where(statement => statement.IsWhole))
        {
            if (statement.Start < position)
                continue;
            var before = text[position..statement.Start].TrimEnd();
            if (before.Length > 0 && before[^1] == ',')
                before = before[..^1];
            kept.Append(before);
            if (before.Length > 0 && char.IsLetterOrDigit(before[^1]) && !statement.StartsLine)
                kept.Append('.');
            kept.Append('\n');
            position = statement.End;
        }

        return kept.Append(text[position..]).ToString().Trim();
    }
}
