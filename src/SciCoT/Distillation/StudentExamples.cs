using SciCoT.Prompting;

namespace SciCoT.Distillation;

/// <summary>A pair of texts to train on.</summary>
/// <param name="Id">Names the pair in messages.</param>
/// <param name="Source">What the student reads.</param>
/// <param name="Target">What it should write.</param>
public sealed record TextExample(string Id, string Source, string Target);

/// <summary>What each kind of student is trained on.</summary>
public static class StudentExamples
{
    /// <summary>For the rationale student: question to rationale.</summary>
    /// <param name="explained">Questions with the rationales to learn.</param>
    public static IReadOnlyList<TextExample> Rationale(IEnumerable<ExplainedQuestion> explained) =>
        [.. explained.Select(e => new TextExample(e.Question.Id, StudentLayout.RationaleInput(e.Question), StudentLayout.RationaleTarget(e.Rationale)))];

    /// <summary>For the answer student: question and rationale to answer.</summary>
    /// <param name="explained">Questions with known answers, and the rationales to rest on.</param>
    /// <exception cref="ArgumentException">A question's answer is not known.</exception>
    public static IReadOnlyList<TextExample> Answer(IEnumerable<ExplainedQuestion> explained) =>
        [.. explained.Select(e => new TextExample(e.Question.Id, StudentLayout.AnswerInput(e.Question, e.Rationale), StudentLayout.AnswerTarget(e.Question)))];

    /// <summary>For the direct student: question to answer.</summary>
    /// <param name="questions">Questions with known answers.</param>
    /// <exception cref="ArgumentException">A question's answer is not known.</exception>
    public static IReadOnlyList<TextExample> Direct(IEnumerable<ScienceQuestion> questions) =>
        Answer(questions.Select(question => new ExplainedQuestion(question, "")));

    /// <summary>For the one-stage student: question to rationale and answer.</summary>
    /// <param name="explained">Questions with known answers, and the rationales to learn.</param>
    /// <exception cref="ArgumentException">A question's answer is not known.</exception>
    public static IReadOnlyList<TextExample> OneStage(IEnumerable<ExplainedQuestion> explained) =>
        [.. explained.Select(e => new TextExample(e.Question.Id, StudentLayout.OneStageInput(e.Question), StudentLayout.OneStageTarget(e.Question, e.Rationale)))];
}
