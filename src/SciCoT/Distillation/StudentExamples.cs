using SciCoT.Prompting;

namespace SciCoT.Distillation;

/// <summary>A pair of texts to train on.</summary>
/// <param name="Id">Names the pair in messages.</param>
/// <param name="Source">What the student reads.</param>
/// <param name="Target">What it should write.</param>
public sealed record TextExample(string Id, string Source, string Target)
{
    /// <summary>The task it belongs to, where several are learned together.</summary>
    /// <value>The default is <see langword="null"/>: the only task.</value>
    public TextTask? Task { get; init; }

    /// <summary>Where the answer begins in the target, in characters; what stands before it is reasoning.</summary>
    /// <value>The default is 0: the whole target.</value>
    public int AnswerStart { get; init; }

    /// <summary>What a token of the answer counts in the loss, beside 1 for one of the reasoning before it.</summary>
    /// <value>The default is 1.</value>
    public double AnswerWeight { get; init; } = 1;
}

/// <summary>One of several tasks that a student learns together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">
/// What it counts: the loss is the weighted mean of the tasks' mean losses a token, so that the task with the longer targets does
/// not outweigh the others.
/// </param>
public sealed record TextTask(string Name, double Weight);

/// <summary>Makes the training examples of each kind of student.</summary>
/// <include file="Examples.xml" path="examples/StudentExamples/example"/>
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
    /// <param name="answerWeight">What a token of the answer counts in the loss, beside 1 for one of the rationale; above 0.</param>
    /// <exception cref="ArgumentException">A question's answer is not known.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not a finite number above 0.</exception>
    public static IReadOnlyList<TextExample> OneStage(IEnumerable<ExplainedQuestion> explained, double answerWeight = 1)
    {
        if (answerWeight is not (> 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(answerWeight), answerWeight, "Expected a finite weight above 0, for example 2.");
        return
        [
            .. explained.Select(e => new TextExample(e.Question.Id, StudentLayout.OneStageInput(e.Question), StudentLayout.OneStageTarget(e.Question, e.Rationale))
            {
                AnswerStart = StudentLayout.OneStagePrefix(e.Rationale).Length,
                AnswerWeight = answerWeight,
            }),
        ];
    }

    /// <summary>
    /// For the multi-task student: question to answer, and question to rationale where there is one (arXiv 2305.02301).
    /// </summary>
    /// <param name="questions">Questions with known answers.</param>
    /// <param name="explained">Those with the rationales to learn.</param>
    /// <param name="rationaleWeight">What a token of a rationale counts beside 1 − this for one of an answer, as a mean over each task; between 0 and 1.</param>
    /// <exception cref="ArgumentException">A question's answer is not known.</exception>
    public static IReadOnlyList<TextExample> MultiTask(IEnumerable<ScienceQuestion> questions, IEnumerable<ExplainedQuestion> explained, double rationaleWeight = 0.5)
    {
        if (!(rationaleWeight > 0 && rationaleWeight < 1))
            throw new ArgumentOutOfRangeException(nameof(rationaleWeight), rationaleWeight, "The weight lies between 0 and 1, for example 0.5.");
        var predict = new TextTask("predict", 1 - rationaleWeight);
        var explain = new TextTask("explain", rationaleWeight);
        return
        [
            .. questions.Select(q => new TextExample(q.Id, StudentLayout.PredictInput(q), StudentLayout.AnswerTarget(q)) { Task = predict }),
            .. explained.Select(e => new TextExample(e.Question.Id, StudentLayout.ExplainInput(e.Question), StudentLayout.RationaleTarget(e.Rationale)) { Task = explain }),
        ];
    }
}
