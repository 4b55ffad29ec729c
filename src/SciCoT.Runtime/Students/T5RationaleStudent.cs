using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Students.Serving;

namespace SciCoT.Students;

/// <summary>A T5 that reads a question and writes a rationale.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
/// <include file="Examples.xml" path="examples/T5RationaleStudent/example"/>
public sealed class T5RationaleStudent : IRationaleStudent, IRationaleSampler, IDisposable, IAsyncDisposable, IHasPulse
{
    /// <summary>The default limit of a rationale's length, in tokens.</summary>
    public const int DefaultMaxRationaleTokens = 160;

    private readonly T5TextModel _model;
    private readonly GenerationOptions _options;
    private readonly Func<ScienceQuestion, string> _input;

    /// <summary>Makes a student of a model and takes ownership of it.</summary>
    /// <param name="model">The model, handed over: the student disposes of it. It was trained on rationales.</param>
    /// <param name="options">How to search; greedy with at most <see cref="DefaultMaxRationaleTokens"/> tokens by default.</param>
    public T5RationaleStudent(T5TextModel model, GenerationOptions? options = null)
        : this(model, options, StudentLayout.RationaleInput)
    {
    }

    /// <param name="model">The model.</param>
    /// <param name="options">How to search.</param>
    /// <param name="input">What the model reads.</param>
    internal T5RationaleStudent(T5TextModel model, GenerationOptions? options, Func<ScienceQuestion, string> input)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _input = input;
        _options = options ?? new GenerationOptions { MaxNewTokens = DefaultMaxRationaleTokens };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var written = await _model.GenerateAsync([.. questions.Select(_input)], _options, cancellationToken).ConfigureAwait(false);
        return [.. written.Select(text => text.Text)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<string>>> SampleAsync(IReadOnlyList<ScienceQuestion> questions, RationaleSampling sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(sampling);
        sampling.Validate();
        var options = _options with { Sample = true, NumBeams = 1, NumReturnSequences = sampling.Count, Temperature = sampling.Temperature, Seed = sampling.Seed };
        var written = await _model.GenerateManyAsync([.. questions.Select(_input)], options, cancellationToken).ConfigureAwait(false);
        return [.. written.Select(texts => texts.Select(text => text.Text).ToArray())];
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default) =>
        _model.StreamAsync(_input(question), _options with { NumBeams = 1, NumReturnSequences = 1 }, cancellationToken);

    /// <summary>Frees the model once the accepted calls are done; later ones are refused.</summary>
    public void Dispose() => _model.Dispose();

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread while accepted calls are computed.</summary>
    public ValueTask DisposeAsync() => _model.DisposeAsync();

    IEnumerable<WorkPulse> IHasPulse.Pulses => [_model.Pulse];
}
