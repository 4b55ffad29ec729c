using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Students.Serving;

namespace SciCoT.Students;

/// <summary>A student that answers from the question alone; the rationale it is given is not read. For comparison.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
public sealed class DirectAnswerStudent : IAnswerStudent, IDisposable, IAsyncDisposable, IHasPulse
{
    private readonly T5AnswerStudent _student;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">The model, handed over: the student disposes of it. It was trained on questions without rationales.</param>
    /// <param name="maxAnswerTokens">Limit of an open question's answer.</param>
    /// <param name="normalization">
    /// What the choices' log-likelihoods are divided by. By default they are compared as they are: the student was trained to
    /// write the right choice's text.
    /// </param>
    public DirectAnswerStudent(T5TextModel model, int maxAnswerTokens = T5AnswerStudent.DefaultMaxAnswerTokens, LengthNormalization normalization = LengthNormalization.None) =>
        _student = new(model, maxAnswerTokens, normalization, asked => StudentLayout.AnswerInput(asked.Question, ""));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
        _student.AnswerAsync(questions, cancellationToken);

    /// <summary>Frees the model once the accepted calls are done; later ones are refused.</summary>
    public void Dispose() => _student.Dispose();

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread while accepted calls are computed.</summary>
    public ValueTask DisposeAsync() => _student.DisposeAsync();

    IEnumerable<WorkPulse> IHasPulse.Pulses => ((IHasPulse)_student).Pulses;
}
