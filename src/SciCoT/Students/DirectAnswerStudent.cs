using SciCoT.Generation;
using SciCoT.Prompting;

namespace SciCoT.Students;

/// <summary>A student that answers from the question alone; the rationale it is given is not read. For comparison.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
public sealed class DirectAnswerStudent : IAnswerStudent, IDisposable
{
    private readonly T5TextModel _model;
    private readonly int _maxAnswerTokens;
    private readonly LengthNormalization _normalization;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">A model that was trained on questions without rationales.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    /// <param name="normalization">
    /// What the choices' log-likelihoods are divided by. By default they are compared as they are: the student was trained to
    /// write the right choice's text.
    /// </param>
    public DirectAnswerStudent(T5TextModel model, int maxAnswerTokens = T5AnswerStudent.DefaultMaxAnswerTokens, LengthNormalization normalization = LengthNormalization.None)
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
            [.. questions.Select(q => StudentLayout.AnswerInput(q.Question, ""))],
            _maxAnswerTokens,
            _normalization,
            cancellationToken);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();
}
