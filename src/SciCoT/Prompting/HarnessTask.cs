namespace SciCoT.Prompting;

/// <summary>
/// A multiple-choice task as lm-evaluation-harness (0.4) lays it out: a context without the choices, and each choice's text as
/// its continuation. Models of any kind are compared on these, whatever layout they were trained on.
/// </summary>
public sealed class HarnessTask
{
    private const string TargetDelimiter = " ";

    private readonly Func<ScienceQuestion, string> _context;

    private HarnessTask(string name, Func<ScienceQuestion, string> context)
    {
        Name = name;
        _context = context;
    }

    /// <summary>ARC, <c>arc_easy</c> and <c>arc_challenge</c>: <c>Question: …</c>, then <c>Answer:</c> on a line of its own.</summary>
    public static HarnessTask Arc { get; } = new("arc", question => $"Question: {question.Stem}\nAnswer:");

    /// <summary>OpenBookQA, <c>openbookqa</c>: the stem alone.</summary>
    public static HarnessTask OpenBookQa { get; } = new("openbookqa", question => question.Stem);

    /// <summary>SciQ, <c>sciq</c>: the supporting passage, which is the question's context, then as ARC.</summary>
    public static HarnessTask SciQ { get; } = new("sciq", question => $"{TrimStart(question.Context ?? "")}\nQuestion: {question.Stem}\nAnswer:");

    /// <summary>The task's name.</summary>
    public string Name { get; }

    /// <summary>
    /// What is read, and for each choice what is scored behind it. Spaces at the context's end belong to the continuations, as in
    /// the harness.
    /// </summary>
    /// <param name="question">A question with choices.</param>
    public (string Context, IReadOnlyList<string> Continuations) Lay(ScienceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var context = _context(question);
        int end = context.Length;
        while (end > 0 && IsSpace(context[end - 1]))
            end--;
        return (context[..end], [.. question.Choices.Select(choice => context[end..] + TargetDelimiter + choice.Text)]);
    }

    /// <summary>The length that <c>acc_norm</c> divides by: that of the choice's text in characters, which are Unicode code points there.</summary>
    /// <param name="choice">The choice.</param>
    public static int NormalizingLength(Choice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return choice.Text.EnumerateRunes().Count();
    }

    private static string TrimStart(string text)
    {
        int start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        return text[start..];
    }

    /// <summary>What Python's strip functions take for white space: .NET's, and the four separators U+001C to U+001F.</summary>
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
}
