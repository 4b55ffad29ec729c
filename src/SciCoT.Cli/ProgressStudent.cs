namespace SciCoT.Cli;

/// <summary>An answer student that tells how far it is with a long list of questions.</summary>
/// <param name="inner">The student.</param>
/// <param name="report">Told how many questions are answered, and of how many.</param>
internal sealed class ProgressStudent(IAnswerStudent inner, Action<int, int> report) : IAnswerStudent
{
    /// <summary>Enough to be sorted by length into full batches.</summary>
    private const int PartSize = 256;

    public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        var predictions = new List<AnswerPrediction>(questions.Count);
        foreach (var part in questions.Chunk(PartSize))
        {
            report(predictions.Count, questions.Count);
            predictions.AddRange(await inner.AnswerAsync(part, cancellationToken).ConfigureAwait(false));
        }

        report(predictions.Count, questions.Count);
        return predictions;
    }
}
