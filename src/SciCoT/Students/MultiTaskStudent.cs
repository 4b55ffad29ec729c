using SciCoT.Generation;
using SciCoT.Prompting;

namespace SciCoT.Students;

/// <summary>
/// One model for both tasks (Distilling step-by-step, arXiv 2305.02301): behind <c>predict:</c> it answers from the question
/// alone, behind <c>explain:</c> it writes a rationale. It learns from rationales but does not need one to answer; the one it is
/// given is not read.
/// </summary>
/// <remarks>Safe for concurrent callers.</remarks>
public sealed class MultiTaskStudent : IAnswerStudent, IRationaleStudent, IDisposable
{
    private readonly T5TextModel _model;
    private readonly GenerationOptions _options;
    private readonly int _maxAnswerTokens;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">A model that was trained on both tasks.</param>
    /// <param name="options">How to search for a rationale; greedy with at most <see cref="T5RationaleStudent.DefaultMaxRationaleTokens"/> tokens by default.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    public MultiTaskStudent(T5TextModel model, GenerationOptions? options = null, int maxAnswerTokens = T5AnswerStudent.DefaultMaxAnswerTokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerTokens, 1);
        _model = model;
        _options = options ?? new GenerationOptions { MaxNewTokens = T5RationaleStudent.DefaultMaxRationaleTokens };
        _maxAnswerTokens = maxAnswerTokens;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ScienceQuestion[] asked = [.. questions.Select(q => q.Question)];
        return ChoiceReader.AnswerAsync(_model, asked, [.. asked.Select(StudentLayout.PredictInput)], _maxAnswerTokens, LengthNormalization.None, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var written = await _model.GenerateAsync([.. questions.Select(StudentLayout.ExplainInput)], _options, cancellationToken).ConfigureAwait(false);
        return [.. written.Select(text => text.Text)];
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default) =>
        _model.StreamAsync(StudentLayout.ExplainInput(question), _options with { NumBeams = 1, NumReturnSequences = 1 }, cancellationToken);

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();
}
