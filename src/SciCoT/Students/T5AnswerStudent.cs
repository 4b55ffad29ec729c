using SciCoT.Generation;
using SciCoT.Prompting;

namespace SciCoT.Students;

/// <summary>
/// The answer student: a T5 that reads a question with a rationale. Choices are compared by their likelihood; for an open
/// question the answer is written.
/// </summary>
/// <remarks>Safe for concurrent callers.</remarks>
public sealed class T5AnswerStudent : IAnswerStudent, IDisposable
{
    /// <summary>The default limit of an open question's answer, in tokens.</summary>
    public const int DefaultMaxAnswerTokens = 32;

    private readonly T5TextModel _model;
    private readonly int _maxAnswerTokens;
    private readonly LengthNormalization _normalization;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">A model that was trained on questions with rationales.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    /// <param name="normalization">
    /// What the choices' log-likelihoods are divided by. By default they are compared as they are: the student was trained to
    /// write the right choice's text.
    /// </param>
    public T5AnswerStudent(T5TextModel model, int maxAnswerTokens = DefaultMaxAnswerTokens, LengthNormalization normalization = LengthNormalization.None)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerTokens, 1);
        _model = model;
        _maxAnswerTokens = maxAnswerTokens;
        _normalization = normalization;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return ChoiceReader.AnswerAsync(
            _model,
            [.. questions.Select(q => q.Question)],
            [.. questions.Select(q => StudentLayout.AnswerInput(q.Question, q.Rationale))],
            _maxAnswerTokens,
            _normalization,
            cancellationToken);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();
}
