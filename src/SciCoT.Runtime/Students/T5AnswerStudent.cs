using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Students.Serving;

namespace SciCoT.Students;

/// <summary>
/// The answer student: a T5 that reads a question with a rationale. Choices are compared by their likelihood; for an open
/// question the answer is written.
/// </summary>
/// <remarks>Safe for concurrent callers.</remarks>
/// <include file="Examples.xml" path="examples/T5AnswerStudent/example"/>
public sealed class T5AnswerStudent : IAnswerStudent, IDisposable, IAsyncDisposable, IHasPulse
{
    /// <summary>The default limit of an open question's answer, in tokens.</summary>
    public const int DefaultMaxAnswerTokens = 32;

    private readonly T5TextModel _model;
    private readonly int _maxAnswerTokens;
    private readonly LengthNormalization _normalization;
    private readonly Func<ExplainedQuestion, string> _input;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">The model, handed over: the student disposes of it. It was trained on questions with rationales.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    /// <param name="normalization">
    /// What the choices' log-likelihoods are divided by. By default they are compared as they are: the student was trained to
    /// write the right choice's text.
    /// </param>
    public T5AnswerStudent(T5TextModel model, int maxAnswerTokens = DefaultMaxAnswerTokens, LengthNormalization normalization = LengthNormalization.None)
        : this(model, maxAnswerTokens, normalization, asked => StudentLayout.AnswerInput(asked.Question, asked.Rationale))
    {
    }

    /// <param name="model">The model.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    /// <param name="normalization">What the choices' log-likelihoods are divided by.</param>
    /// <param name="input">What the model reads.</param>
    internal T5AnswerStudent(T5TextModel model, int maxAnswerTokens, LengthNormalization normalization, Func<ExplainedQuestion, string> input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAnswerTokens, 1);
        _model = model;
        _maxAnswerTokens = maxAnswerTokens;
        _normalization = normalization;
        _input = input;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return ChoiceReader.AnswerAsync(_model, [.. questions.Select(q => q.Question)], [.. questions.Select(_input)], _maxAnswerTokens, _normalization, cancellationToken);
    }

    /// <summary>Frees the model once the accepted calls are done; later ones are refused.</summary>
    public void Dispose() => _model.Dispose();

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread while accepted calls are computed.</summary>
    public ValueTask DisposeAsync() => _model.DisposeAsync();

    IEnumerable<WorkPulse> IHasPulse.Pulses => [_model.Pulse];
}
