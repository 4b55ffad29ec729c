using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>
/// How questions, rationales and answers are laid out as text for the students. Training and answering both use it, so
/// they cannot drift apart.
/// </summary>
/// <remarks>
/// A student only understands the layout it was trained on. <see cref="Version"/> is therefore stored beside a trained
/// student, and a folder with another version is refused.
/// </remarks>
public static partial class StudentLayout
{
    /// <summary>The version of the layout; it changes whenever a text below does.</summary>
    public const string Version = "scicot-1";

    private const string AnswerMarker = "answer:";

    /// <summary>What the rationale student reads: <c>explain question: … choices: (A) … (B) …</c>.</summary>
    /// <param name="question">The question; without choices that part is left out.</param>
    public static string RationaleInput(ScienceQuestion question) => "explain " + QuestionBlock(question);

    /// <summary>What the rationale student writes: the rationale itself, on one line.</summary>
    /// <param name="rationale">The teacher's rationale.</param>
    public static string RationaleTarget(string rationale) => OneLine(rationale);

    /// <summary>
    /// What the answer student reads: <c>answer question: … choices: … rationale: …</c>. With an empty rationale it is the
    /// question alone, which is also what the direct student reads.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="rationale">The reasoning to rest on; may be empty.</param>
    public static string AnswerInput(ScienceQuestion question, string rationale)
    {
        var reasoning = OneLine(rationale);
        return "answer " + QuestionBlock(question) + (reasoning.Length == 0 ? "" : " rationale: " + reasoning);
    }

    /// <summary>What the answer student writes: the text of the right choice, or of an open question's answer.</summary>
    /// <param name="question">A question whose answer is known.</param>
    /// <exception cref="ArgumentException">The question's answer is not known.</exception>
    public static string AnswerTarget(ScienceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Validate();
        var answer = question.GoldChoice?.Text ?? question.AnswerLabel
            ?? throw new ArgumentException($"Question '{question.Id}' has no gold answer; a student cannot be trained on it.", nameof(question));
        return OneLine(answer);
    }

    /// <summary>What each choice looks like as a continuation of the answer student.</summary>
    /// <param name="question">A question with choices.</param>
    public static IReadOnlyList<string> ChoiceTargets(ScienceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return [.. question.Choices.Select(choice => OneLine(choice.Text))];
    }

    /// <summary>What the one-stage student reads: <c>reason question: … choices: …</c>.</summary>
    /// <param name="question">The question.</param>
    public static string OneStageInput(ScienceQuestion question) => "reason " + QuestionBlock(question);

    /// <summary>What the one-stage student writes: the rationale, then <c>answer: </c> and the answer.</summary>
    /// <param name="question">A question whose answer is known.</param>
    /// <param name="rationale">The teacher's rationale.</param>
    public static string OneStageTarget(ScienceQuestion question, string rationale) =>
        OneStagePrefix(rationale) + " " + AnswerTarget(question);

    /// <summary>The one-stage student's text up to where its answer begins.</summary>
    /// <param name="rationale">The rationale it wrote.</param>
    public static string OneStagePrefix(string rationale)
    {
        var reasoning = OneLine(rationale);
        return reasoning.Length == 0 ? AnswerMarker : reasoning + " " + AnswerMarker;
    }

    /// <summary>Takes a one-stage student's text apart.</summary>
    /// <param name="text">What it wrote.</param>
    /// <returns>The rationale, and the answer where the text came that far.</returns>
    public static (string Rationale, string? AnswerText) SplitOneStage(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int marker = text.LastIndexOf(AnswerMarker, StringComparison.Ordinal);
        return marker < 0
            ? (text.Trim(), null)
            : (text[..marker].Trim(), text[(marker + AnswerMarker.Length)..].Trim());
    }

    /// <summary>What the multi-task student reads to answer: <c>predict: question: … choices: …</c>. It writes <see cref="AnswerTarget"/>.</summary>
    /// <param name="question">The question.</param>
    public static string PredictInput(ScienceQuestion question) => "predict: " + QuestionBlock(question);

    /// <summary>What the multi-task student reads to explain: <c>explain: question: … choices: …</c>. It writes <see cref="RationaleTarget"/>.</summary>
    /// <param name="question">The question.</param>
    public static string ExplainInput(ScienceQuestion question) => "explain: " + QuestionBlock(question);

    private static string QuestionBlock(ScienceQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var text = new StringBuilder("question: ").Append(OneLine(question.Stem));
        if (!string.IsNullOrWhiteSpace(question.Context))
            text.Append(" context: ").Append(OneLine(question.Context));
        if (question.Choices.Count > 0)
            text.Append(" choices:");
        foreach (var choice in question.Choices)
            text.Append(" (").Append(choice.Label).Append(") ").Append(OneLine(choice.Text));
        return text.ToString();
    }

    /// <summary>T5's tokenizer has no line breaks; white space of any kind becomes one space.</summary>
    private static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WhiteSpace().Replace(text, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
