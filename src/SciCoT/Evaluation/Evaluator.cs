namespace SciCoT.Evaluation;

/// <summary>Asks a pipeline or a student questions with known answers.</summary>
/// <include file="Examples.xml" path="examples/Evaluator/example"/>
public static class Evaluator
{
    /// <summary>Asks a pipeline.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="questions">Questions with known answers.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The outcomes in the order of the questions.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        ISciCoTPipeline pipeline,
        IReadOnlyList<ScienceQuestion> questions,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(questions);
        var outcomes = new List<QuestionOutcome>(questions.Count);
        await foreach (var answer in pipeline.AnswerManyAsync(questions.ToAsyncEnumerable(), cancellationToken).ConfigureAwait(false))
        {
            outcomes.Add(QuestionOutcome.Judge(answer.Question, answer.Label, answer.Text) with
            {
                Rationale = string.Join("\n", answer.Rationales),
                Seconds = answer.Elapsed.TotalSeconds,
                Probabilities = [.. answer.Choices.Select(choice => choice.Probability)],
                IsShortened = answer.IsShortened,
            });
            progress?.Report(outcomes.Count);
        }

        return outcomes;
    }

    /// <summary>Asks an answer student, with given rationales.</summary>
    /// <param name="student">The student.</param>
    /// <param name="questions">Questions with known answers; the rationale may be empty.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>The outcomes in the order of the questions.</returns>
    public static async Task<IReadOnlyList<QuestionOutcome>> EvaluateAsync(
        IAnswerStudent student,
        IReadOnlyList<ExplainedQuestion> questions,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(questions);
        var predictions = await student.AnswerAsync(questions, cancellationToken).ConfigureAwait(false);
        return [.. questions.Zip(predictions, (asked, prediction) =>
            QuestionOutcome.Judge(asked.Question, prediction.Label, prediction.Text) with
            {
                Rationale = prediction.Rationale ?? (asked.Rationale.Length > 0 ? asked.Rationale : null),
                Probabilities = prediction.Probabilities,
                IsShortened = prediction.IsShortened,
            })];
    }

    /// <summary>
    /// Adds to outcomes how many tokens were written for them: those of the rationale, and of an open question's answer. Choices
    /// are compared, not written.
    /// </summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="tokens">How many tokens a text has, for example by the student's tokenizer.</param>
    public static IReadOnlyList<QuestionOutcome> CountTokens(IReadOnlyList<QuestionOutcome> outcomes, Func<string, int> tokens)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(tokens);
        return [.. outcomes.Select(outcome => outcome with
        {
            Tokens = tokens(outcome.Rationale ?? "") + (outcome.Question.Choices.Count > 0 ? 0 : tokens(outcome.Text)),
        })];
    }
}
