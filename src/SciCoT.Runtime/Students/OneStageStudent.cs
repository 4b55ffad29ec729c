using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Students.Serving;

namespace SciCoT.Students;

/// <summary>
/// A student that writes rationale and answer in one go (as in Fine-tune-CoT, arXiv 2212.10071); the rationale it is given
/// is not read. For comparison.
/// </summary>
/// <remarks>
/// It is treated as well as the two-stage students are: after its own rationale the choices are compared by their
/// likelihood, so that no answer is lost to the extraction of free text. Safe for concurrent callers.
/// </remarks>
public sealed class OneStageStudent : IAnswerStudent, IDisposable, IAsyncDisposable, IHasPulse
{
    private readonly T5TextModel _model;
    private readonly GenerationOptions _options;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">The model, handed over: the student disposes of it. It was trained on rationales followed by answers.</param>
    /// <param name="options">How to search for the rationale; greedy by default.</param>
    public OneStageStudent(T5TextModel model, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _options = options ?? new GenerationOptions { MaxNewTokens = T5RationaleStudent.DefaultMaxRationaleTokens + T5AnswerStudent.DefaultMaxAnswerTokens };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var asked = questions.Select(q => q.Question).ToArray();
        foreach (var question in asked)
            ChoiceReader.Check(question);
        var sources = asked.Select(StudentLayout.OneStageInput).ToArray();
        var written = await _model.GenerateAsync(sources, _options, cancellationToken).ConfigureAwait(false);
        var parts = written.Select(text => StudentLayout.SplitOneStage(text.Text)).ToArray();
        var predictions = new AnswerPrediction[asked.Length];
        var prefixes = parts.Select(part => StudentLayout.OneStagePrefix(part.Rationale)).ToArray();
        await ChoiceReader.ChooseAsync(_model, asked, sources, prefixes, predictions, LengthNormalization.None, cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < asked.Length; i++)
        {
            predictions[i] ??= new AnswerPrediction(null, parts[i].AnswerText ?? "", []) { Confidence = Math.Exp(written[i].LogProbability), IsShortened = _model.IsTooLong(sources[i]) };
            predictions[i] = predictions[i] with { Rationale = parts[i].Rationale };
        }

        return predictions;
    }

    /// <summary>Frees the model once the accepted calls are done; later ones are refused.</summary>
    public void Dispose() => _model.Dispose();

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread while accepted calls are computed.</summary>
    public ValueTask DisposeAsync() => _model.DisposeAsync();

    IEnumerable<WorkPulse> IHasPulse.Pulses => [_model.Pulse];
}
