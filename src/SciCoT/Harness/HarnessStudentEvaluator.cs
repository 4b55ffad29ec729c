using SciCoT.Evaluation;
using SciCoT.Prompting;

namespace SciCoT.Harness;

/// <summary>
/// Puts a task of lm-evaluation-harness to distilled students: the first writes a rationale, the second compares the choices with it.
/// </summary>
/// <remarks>
/// The students read the layout they were trained on, which shows the choices. Their figures are therefore not those that the harness
/// would print for the checkpoints; the questions, the examples in front and the metrics are the same.
/// </remarks>
public static class HarnessStudentEvaluator
{
    private const int QuestionsAtATime = 64;

    /// <summary>Answers each question.</summary>
    /// <param name="rationaleStudent">Writes the rationales.</param>
    /// <param name="answerStudent">Answers; its predictions must have log-likelihoods, as those of <c>T5AnswerStudent</c> do.</param>
    /// <param name="task">The task.</param>
    /// <param name="questions">Questions with choices and known answers.</param>
    /// <param name="fewShot">
    /// Solved examples in front of each question's stem, for both students; none by default. Where they do not fit, their beginning is cut.
    /// </param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The outcomes in the order of the questions, with rationales and log-likelihoods.</returns>
    /// <exception cref="ArgumentException">A question or example does not fit the task, has no choices or no known answer, or there are too few examples.</exception>
    public static async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        IRationaleStudent rationaleStudent,
        IAnswerStudent answerStudent,
        HarnessTask task,
        IReadOnlyList<ScienceQuestion> questions,
        HarnessFewShot? fewShot = null,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rationaleStudent);
        ArgumentNullException.ThrowIfNull(answerStudent);
        var requests = HarnessRequest.Create(task, questions, fewShot);
        var outcomes = new List<QuestionOutcome>(requests.Count);
        foreach (var batch in requests.Chunk(QuestionsAtATime))
        {
            ScienceQuestion[] asked = [.. batch.Select(request => Asked(task, request))];
            var rationales = await rationaleStudent.ExplainAsync(asked, cancellationToken).ConfigureAwait(false);
            var predictions = await answerStudent.AnswerAsync([.. asked.Zip(rationales, (question, rationale) => new ExplainedQuestion(question, rationale))], cancellationToken).ConfigureAwait(false);
            outcomes.AddRange(batch.Select((request, i) => QuestionOutcome.Judge(request.Question, predictions[i].Label, predictions[i].Text) with
            {
                Rationale = rationales[i],
                Probabilities = predictions[i].Probabilities,
                LogLikelihoods = predictions[i].LogLikelihoods,
                IsShortened = predictions[i].IsShortened,
            }));
            progress?.Report(outcomes.Count);
        }

        return outcomes;
    }

    /// <summary>What the answer student read and what was compared, for the harness' log.</summary>
    internal static (string Context, IReadOnlyList<string> Continuations) AsAsked(HarnessTask task, HarnessRequest request, QuestionOutcome outcome) =>
        (StudentLayout.AnswerInput(Asked(task, request), outcome.Rationale ?? ""), StudentLayout.ChoiceTargets(request.Question));

    /// <summary>The question with the examples before its stem: a source that is too long loses the stem's beginning.</summary>
    internal static ScienceQuestion Asked(HarnessTask task, HarnessRequest request) =>
        request.Examples.Count == 0
            ? request.Question
            : request.Question with { Stem = request.Context[..^task.Text(request.Question).Length] + request.Question.Stem };
}
