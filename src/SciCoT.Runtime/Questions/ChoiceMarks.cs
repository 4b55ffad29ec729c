namespace SciCoT;

/// <summary>The mark before a choice, such as <c>(A)</c>.</summary>
/// <param name="Label">The choice's label.</param>
/// <param name="Begin">Where the mark begins.</param>
/// <param name="End">Where the choice begins.</param>
internal sealed record ChoiceMark(char Label, int Begin, int End);

/// <summary>Finds the marks of choices in a text in one pass: <c>(A)</c>, <c>[A]</c>, lines that begin with <c>A.</c>, and <c>A)</c> or <c>A.</c> within a line.</summary>
internal static class ChoiceMarks
{
    private enum Form
    {
        Parentheses,
        Brackets,
        Lines,
        Parenthesis,
        Dot,
    }

    /// <summary>
    /// For each form the longest run A, B, C… or 1, 2, 3… among its marks, the plainest form first; other marks are text. Of two
    /// equal runs the later wins, since the choices stand at the end.
    /// </summary>
    /// <returns>The runs of two or more; plain is a form that is nothing but a mark.</returns>
    public static IEnumerable<(IReadOnlyList<ChoiceMark> Marks, bool IsPlain)> Find(string text)
    {
        var marks = All(text).ToLookup(pair => pair.Form, pair => pair.Mark);
        foreach (var form in Enum.GetValues<Form>())
        {
            if (LongestRun(marks[form]) is { Length: >= 2 } run)
                yield return (run.InOrder(), form is Form.Parentheses or Form.Lines);
        }
    }

    private static Run? LongestRun(IEnumerable<ChoiceMark> marks)
    {
        var runs = new Dictionary<char, Run>();
        Run? longest = null;
        foreach (var mark in marks)
        {
            bool starts = mark.Label is 'A' or 'a' or '1';
            var previous = starts ? null : runs.GetValueOrDefault((char)(mark.Label - 1));
            // The second (B) of one run is text: "(B) iron, as in (B)".
            if (!starts && (previous is null || ReferenceEquals(runs.GetValueOrDefault(mark.Label)?.Previous, previous)))
                continue;

            var run = runs[mark.Label] = new Run(mark, previous, (previous?.Length ?? 0) + 1);
            if (longest is null || run.Length >= longest.Length)
                longest = run;
        }

        return longest;
    }

    private static IEnumerable<(Form Form, ChoiceMark Mark)> All(string text)
    {
        int lineText = 0; // where the line's text begins, or before it
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '\n' or '\r' || (i == lineText && c is ' ' or '\t'))
            {
                if (i == lineText || c is '\n' or '\r')
                    lineText = i + 1;
                continue;
            }

            char next = i + 1 < text.Length ? text[i + 1] : ' ';
            char second = i + 2 < text.Length ? text[i + 2] : ' ';
            if (c is '(' or '（' && IsLabel(next) && second is ')' or '）')
                yield return (Form.Parentheses, new(next, i, i + 3));
            else if (c is '[' or '【' && IsLabel(next) && second is ']' or '】')
                yield return (Form.Brackets, new(next, i, i + 3));
            if (!IsLabel(c) || (i > 0 && !char.IsWhiteSpace(text[i - 1])) || !char.IsWhiteSpace(second))
                continue;
            var mark = new ChoiceMark(c, i, i + 2);
            if (i == lineText && next is '.' or ')' or ':')
                yield return (Form.Lines, mark);
            if (next is ')')
                yield return (Form.Parenthesis, mark);
            else if (next is '.' or ':' && (char.IsAsciiLetterUpper(c) || EndsSentence(text, i)))
                yield return (Form.Dot, mark);
        }
    }

    /// <summary>Whether a sentence or a choice may end before a place: numbers and small letters with a dot are also abbreviations.</summary>
    private static bool EndsSentence(string text, int place)
    {
        var before = text.AsSpan(0, place).TrimEnd();
        return before.Length == 0 || before[^1] is '?' or '!' or ':' or '.' or ';' or ',' or '_' or '…' or '？' or '：' || text.AsSpan(before.Length, place - before.Length).Contains('\n') || place - before.Length >= 2 || IsAfterMark(before);
    }

    /// <summary>Whether some mark of this form stands before: "1. ice 2. steam" needs no full stop after ice.</summary>
    private static bool IsAfterMark(ReadOnlySpan<char> before)
    {
        for (int i = before.Length - 3; i >= 0 && before.Length - i < 200; i--)
        {
            if (IsLabel(before[i]) && before[i + 1] is '.' or ':' && char.IsWhiteSpace(before[i + 2]) && (i == 0 || char.IsWhiteSpace(before[i - 1])))
                return true;
        }

        return false;
    }

    private static bool IsLabel(char c) => char.IsAsciiLetter(c) || c is >= '1' and <= '9';

    /// <summary>Marks with labels that follow each other, from the last one backwards.</summary>
    private sealed record Run(ChoiceMark Mark, Run? Previous, int Length)
    {
        public IReadOnlyList<ChoiceMark> InOrder()
        {
            var marks = new ChoiceMark[Length];
            int i = Length;
            for (Run? run = this; run is not null; run = run.Previous)
                marks[--i] = run.Mark;
            return marks;
        }
    }
}
