namespace SciCoT.Prompting;

/// <summary>
/// A multiple-choice task as lm-evaluation-harness (0.4) lays it out: a context, and each choice's text as its continuation. Models of
/// any kind are compared on these, whatever layout they were trained on.
/// </summary>
public sealed class HarnessTask
{
    internal const string TargetDelimiter = " ";
    internal const string FewShotDelimiter = "\n\n";

    private const string Letters = "ABCDE";

    private readonly Func<ScienceQuestion, string> _text;

    private HarnessTask(string name, string dataSet, Func<ScienceQuestion, string> text) => (Name, DataSet, _text) = (name, dataSet, text);

    /// <summary><c>arc_easy</c>: <c>Question: …</c>, then <c>Answer:</c> on a line of its own.</summary>
    public static HarnessTask ArcEasy { get; } = new("arc_easy", "ARC-Easy", QuestionAndAnswer);

    /// <summary><c>arc_challenge</c>, laid out as <see cref="ArcEasy"/>.</summary>
    public static HarnessTask ArcChallenge { get; } = new("arc_challenge", "ARC-Challenge", QuestionAndAnswer);

    /// <summary>OpenBookQA, <c>openbookqa</c>: the stem alone.</summary>
    public static HarnessTask OpenBookQa { get; } = new("openbookqa", "OpenBookQA", question => question.Stem);

    /// <summary>SciQ, <c>sciq</c>: the supporting passage, which is the question's context, then as ARC.</summary>
    public static HarnessTask SciQ { get; } = new("sciq", "SciQ", question => $"{TrimStart(question.Context ?? "")}\n{QuestionAndAnswer(question)}");

    /// <summary>CommonsenseQA, <c>commonsense_qa</c>: the question with its five choices, of which the letter is scored.</summary>
    public static HarnessTask CommonsenseQa { get; } = new("commonsense_qa", "CommonsenseQA", WithLetters) { HasNoTestSplit = true, ScoresLetters = true };

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<HarnessTask> All { get; } = [ArcEasy, ArcChallenge, OpenBookQa, SciQ, CommonsenseQa];

    /// <summary>The task's name in the harness.</summary>
    public string Name { get; }

    /// <summary>The data set's name, by which published figures are found.</summary>
    public string DataSet { get; }

    /// <summary>The metrics that the task reports: <c>acc</c>, and where the choices' texts are scored <c>acc_norm</c> and <c>acc_bytes</c>.</summary>
    public IReadOnlyList<string> Metrics => ScoresLetters ? ["acc"] : ["acc", "acc_norm", "acc_bytes"];

    /// <summary>
    /// Whether the task names no test split. The harness then takes its training split, which has no name there either, for the split
    /// that it evaluates: it draws one example more and leaves the question out.
    /// </summary>
    internal bool HasNoTestSplit { get; private init; }

    /// <summary>Whether the continuations are letters, and not the choices' texts.</summary>
    internal bool ScoresLetters { get; private init; }

    /// <summary>The task with a name of the harness; <see langword="null"/> where there is none.</summary>
    /// <param name="name">The name, for example <c>arc_easy</c>.</param>
    public static HarnessTask? Find(string name) => All.FirstOrDefault(task => task.Name == name);

    /// <summary>What stands before the answer, <c>doc_to_text</c> in the harness.</summary>
    /// <param name="question">A question with choices.</param>
    /// <exception cref="ArgumentException">The question does not fit the task.</exception>
    public string Text(ScienceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return _text(question);
    }

    /// <summary>The texts that are compared, <c>doc_to_choice</c> in the harness, in the question's order.</summary>
    /// <param name="question">A question with choices.</param>
    /// <exception cref="ArgumentException">The question has no choices.</exception>
    public IReadOnlyList<string> Choices(ScienceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Choices.Count == 0)
            throw new ArgumentException($"Question '{question.Id}' has no choices to score; leave open questions out.", nameof(question));
        if (ScoresLetters)
            _ = _text(question); // refuses other labels than the five letters
        return [.. question.Choices.Select((choice, place) => ScoresLetters ? Letters[place..(place + 1)] : choice.Text)];
    }

    /// <summary>A solved example: text, answer and an empty line.</summary>
    /// <param name="question">A question with choices whose answer is known.</param>
    /// <exception cref="ArgumentException">The question does not fit the task, or its answer is not known.</exception>
    public string Example(ScienceQuestion question) => Text(question) + TargetDelimiter + Choices(question)[Gold(question)] + FewShotDelimiter;

    /// <summary>
    /// What is read, and for each choice what is scored behind it. Spaces at the context's end belong to the continuations, as in
    /// the harness.
    /// </summary>
    /// <param name="question">A question with choices.</param>
    public (string Context, IReadOnlyList<string> Continuations) Lay(ScienceQuestion question) =>
        MoveSpaces(Text(question), [.. Choices(question).Select(choice => TargetDelimiter + choice)]);

    /// <summary>The length that <c>acc_norm</c> divides by: that of the choice's text in characters, which are Unicode code points there.</summary>
    /// <param name="choice">The choice.</param>
    public static int NormalizingLength(Choice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return choice.Text.EnumerateRunes().Count();
    }

    /// <summary>The place of the right choice.</summary>
    internal static int Gold(ScienceQuestion question)
    {
        int place = 0;
        while (place < question.Choices.Count && question.Choices[place].Label != question.AnswerLabel)
            place++;
        return place < question.Choices.Count
            ? place
            : throw new ArgumentException($"Question '{question.Id}' has no right answer among its choices; leave it out.", nameof(question));
    }

    /// <summary>Whether two questions are one row of the data set; SciQ's rows have no identifiers.</summary>
    internal bool IsSame(ScienceQuestion one, ScienceQuestion other) => this == SciQ ? (one with { Id = other.Id }).Equals(other) : one.Equals(other);

    internal static (string Context, IReadOnlyList<string> Continuations) MoveSpaces(string context, IReadOnlyList<string> continuations)
    {
        int end = context.Length;
        while (end > 0 && IsSpace(context[end - 1]))
            end--;
        return end == context.Length ? (context, continuations) : (context[..end], [.. continuations.Select(text => context[end..] + text)]);
    }

    private static string QuestionAndAnswer(ScienceQuestion question) => $"Question: {question.Stem}\nAnswer:";

    private static string WithLetters(ScienceQuestion question) => question.Choices.Select(choice => choice.Label).SequenceEqual(Letters.Select(letter => $"{letter}"))
        ? $"Question: {Trim(question.Stem)}\n{string.Concat(question.Choices.Select(choice => $"{choice.Label}. {choice.Text}\n"))}Answer:"
        : throw new ArgumentException($"Question '{question.Id}' has the choices {string.Join(", ", question.Choices.Select(choice => choice.Label))}; commonsense_qa needs five, labelled A to E.", nameof(question));

    private static string TrimStart(string text)
    {
        int start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        return text[start..];
    }

    private static string Trim(string text) => MoveSpaces(TrimStart(text), []).Context;

    /// <summary>What Python's strip functions take for white space: .NET's, and the four separators U+001C to U+001F.</summary>
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001c' and <= '\u001f';
}
