namespace SciCoT.Students;

/// <summary>Both stages as one answer student. It writes its own rationale and ignores the given one.</summary>
/// <remarks>Safe for concurrent callers, as its students are. It does not own them.</remarks>
/// <param name="rationaleStudent">Stage one.</param>
/// <param name="answerStudent">Stage two.</param>
public sealed class TwoStageStudent(IRationaleStudent rationaleStudent, IAnswerStudent answerStudent) : IAnswerStudent
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ScienceQuestion[] asked = [.. questions.Select(q => q.Question)];
        var rationales = await rationaleStudent.ExplainAsync(asked, cancellationToken).ConfigureAwait(false);
        var predictions = await answerStudent.AnswerAsync(
            [.. asked.Zip(rationales, (question, rationale) => new ExplainedQuestion(question, rationale))], cancellationToken).ConfigureAwait(false);
        return [.. predictions.Zip(rationales, (prediction, rationale) => prediction with { Rationale = rationale })];
    }
}
