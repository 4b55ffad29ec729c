using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Students.Serving;

namespace SciCoT.Students;

/// <summary>
/// One model for both tasks (Distilling step-by-step, arXiv 2305.02301): behind <c>predict:</c> it answers from the question
/// alone, behind <c>explain:</c> it writes a rationale. It learns from rationales but does not need one to answer; the one it is
/// given is not read.
/// </summary>
/// <remarks>Safe for concurrent callers.</remarks>
public sealed class MultiTaskStudent : IAnswerStudent, IRationaleStudent, IRationaleSampler, IDisposable, IAsyncDisposable, IHasPulse
{
    private readonly T5AnswerStudent _answers;
    private readonly T5RationaleStudent _explains;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">The model, handed over: the student disposes of it. It was trained on both tasks.</param>
    /// <param name="options">How to search for a rationale; greedy with at most <see cref="T5RationaleStudent.DefaultMaxRationaleTokens"/> tokens by default.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    public MultiTaskStudent(T5TextModel model, GenerationOptions? options = null, int maxAnswerTokens = T5AnswerStudent.DefaultMaxAnswerTokens)
    {
        _answers = new(model, maxAnswerTokens, LengthNormalization.None, asked => StudentLayout.PredictInput(asked.Question));
        _explains = new(model, options, StudentLayout.ExplainInput);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
        _answers.AnswerAsync(questions, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default) =>
        _explains.ExplainAsync(questions, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<IReadOnlyList<string>>> SampleAsync(IReadOnlyList<ScienceQuestion> questions, RationaleSampling sampling, CancellationToken cancellationToken = default) =>
        _explains.SampleAsync(questions, sampling, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default) =>
        _explains.StreamAsync(question, cancellationToken);

    /// <summary>Frees the model once the accepted calls are done; later ones are refused.</summary>
    public void Dispose() => _answers.Dispose();

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread while accepted calls are computed.</summary>
    public ValueTask DisposeAsync() => _answers.DisposeAsync();

    IEnumerable<WorkPulse> IHasPulse.Pulses => ((IHasPulse)_answers).Pulses;
}
