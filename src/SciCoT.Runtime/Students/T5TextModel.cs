using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Students.Serving;
using SciCoT.Tokenization;

namespace SciCoT.Students;

/// <summary>A model with its tokenizer: it writes texts and scores choices, in batches of similar length.</summary>
/// <remarks>
/// <para>
/// Safe for concurrent callers: what they ask for at the same time is computed in common batches of like lengths, on the
/// model's own thread. What a caller gets does not depend on who else asks.
/// </para>
/// <para>
/// It owns its model, whether it loaded it or was given it: dispose of this object alone. Disposing refuses new calls, finishes the
/// accepted ones, ends the thread and frees the model; then it returns. The students take over a text model in the same way.
/// </para>
/// </remarks>
/// <include file="Examples.xml" path="examples/T5TextModel/example"/>
public sealed class T5TextModel : IDisposable, IAsyncDisposable
{
    private readonly TextCodec _codec;
    private readonly BatchScheduler _scheduler;

    /// <summary>Puts a model and its tokenizer together and takes ownership of the model.</summary>
    /// <param name="model">
    /// The model; it is put into evaluation mode. It is handed over: this object disposes of it. If the constructor throws, it stays the caller's.
    /// </param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <param name="batchSize">Rows that are computed at a time; a source takes one for each beam or returned sequence.</param>
    /// <param name="queueCapacity">Sources that wait for their batch; further calls wait until there is room.</param>
    /// <param name="maxWait">How long a source waits for others to share its batch; <see cref="DefaultMaxWait"/> by default.</param>
    /// <exception cref="ArgumentException">The tokenizer's vocabulary is larger than the model's.</exception>
    public T5TextModel(
        ISequenceModel model,
        ITextTokenizer tokenizer,
        int maxSourceTokens = DefaultMaxSourceTokens,
        int batchSize = DefaultBatchSize,
        int queueCapacity = DefaultQueueCapacity,
        TimeSpan? maxWait = null)
        : this(model, tokenizer, maxSourceTokens, new SchedulerLimits(batchSize, queueCapacity, maxWait ?? DefaultMaxWait), nameof(T5TextModel), TimeProvider.System)
    {
    }

    internal T5TextModel(ISequenceModel model, ITextTokenizer tokenizer, int maxSourceTokens, SchedulerLimits limits, string name, TimeProvider time, bool owns = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSourceTokens, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.BatchRows, 1, "batchSize");
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.QueueCapacity, 1, "queueCapacity");
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxWait, TimeSpan.Zero, "maxWait");
        int rows = tokenizer.RequiredRows;
        if (rows > model.VocabularySize)
            throw new ArgumentException($"The tokenizer needs {rows} rows but the model has only {model.VocabularySize}; they do not belong together. After tokens were added, the model needs new rows (resize_token_embeddings in Python).", nameof(tokenizer));

        model.PrepareForInference();
        Model = model;
        Tokenizer = tokenizer;
        MaxSourceTokens = maxSourceTokens;
        BatchSize = limits.BatchRows;
        _codec = new TextCodec(tokenizer, maxSourceTokens);
        var telemetry = new ModelTelemetry(name);
        var computer = new BatchComputer(model, telemetry, time);
        _scheduler = new BatchScheduler((batch, more) => computer.Compute(batch, more, Beat), owns ? model.Dispose : () => { }, limits, model.ComputesOnCpu, telemetry, time);
    }

    /// <summary>The default of <see cref="MaxSourceTokens"/>, the length T5 was pretrained with.</summary>
    public const int DefaultMaxSourceTokens = 512;

    /// <summary>The default of <see cref="BatchSize"/>.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>The default number of sources that may wait.</summary>
    public const int DefaultQueueCapacity = 1024;

    /// <summary>The default time that a source waits for others: 2 milliseconds.</summary>
    public static TimeSpan DefaultMaxWait { get; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The model, owned by this object.</summary>
    /// <remarks>If it is disposed of before this object, calls end with an <see cref="ObjectDisposedException"/>.</remarks>
    public ISequenceModel Model { get; }

    /// <summary>The tokenizer.</summary>
    public ITextTokenizer Tokenizer { get; }

    /// <summary>
    /// Longer sources are cut, the eos kept. What <see cref="StudentLayout"/> laid out loses the end of the question's context,
    /// then the beginning of its stem; any other text loses its end.
    /// </summary>
    public int MaxSourceTokens { get; }

    /// <summary>Rows that are computed at a time.</summary>
    public int BatchSize { get; }

    /// <summary>Loads a checkpoint folder: <c>config.json</c>, <c>model.safetensors</c> and a tokenizer.</summary>
    /// <param name="directory">The folder, for example a Flan-T5-small download.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <param name="options">Device, weights, batches and queue; by default those of <see cref="ModelLoadOptions"/>.</param>
    /// <exception cref="MissingFileException">A file of the folder is missing.</exception>
    /// <exception cref="InvalidFileException">A file is damaged or does not fit the others.</exception>
    public static T5TextModel Load(string directory, int maxSourceTokens = DefaultMaxSourceTokens, ModelLoadOptions? options = null) =>
        TextModelLoading.Load(directory, maxSourceTokens, options ?? new());

    /// <summary>Puts a model to work that stays the caller's, such as one in training; it must not be changed until this is disposed of.</summary>
    internal static T5TextModel Borrow(ISequenceModel model, ITextTokenizer tokenizer, int maxSourceTokens) =>
        new(model, tokenizer, maxSourceTokens, new SchedulerLimits(DefaultBatchSize, DefaultQueueCapacity, DefaultMaxWait), nameof(T5TextModel), TimeProvider.System, owns: false);

    /// <summary>Continues each source.</summary>
    /// <param name="sources">The inputs.</param>
    /// <param name="options">How to search. With several sequences returned, the best counts.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>One text for each source, in their order, with the probability of the text.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public async Task<IReadOnlyList<GeneratedText>> GenerateAsync(IReadOnlyList<string> sources, GenerationOptions options, CancellationToken cancellationToken = default) =>
        [.. (await GenerateManyAsync(sources, options, cancellationToken).ConfigureAwait(false)).Select(texts => texts[0])];

    /// <summary>Continues each source in <see cref="GenerationOptions.NumReturnSequences"/> ways.</summary>
    /// <param name="sources">The inputs.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>For each source its texts, of beam search the best first.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<GeneratedText>>> GenerateManyAsync(IReadOnlyList<string> sources, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        var results = await _scheduler.RunAsync(_codec.Continuing(sources, options), BatchSize, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(sequences => sequences.Select(sequence => new GeneratedText(_codec.Decode(sequence.TokenIds), sequence.Score)).ToArray())];
    }

    /// <summary>Continues one source by greedy search or sampling and yields the text as it grows.</summary>
    /// <param name="source">The input.</param>
    /// <param name="options">How to search; one beam, one sequence.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>Pieces that joined are what <see cref="GenerateAsync"/> gives; none splits a character.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public IAsyncEnumerable<string> StreamAsync(string source, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options is not { NumBeams: 1, NumReturnSequences: 1 })
            throw new ArgumentException($"{nameof(options.NumBeams)} and {nameof(options.NumReturnSequences)} must be 1 for a stream; got {options.NumBeams} and {options.NumReturnSequences}.", nameof(options));

        return TextStream.ReadAsync(_scheduler, _codec, source, options, cancellationToken);
    }

    /// <summary>The likelihood of each target as a continuation of its source, with one pass of the encoder a source.</summary>
    /// <param name="sources">The inputs.</param>
    /// <param name="targets">For each source the continuations to compare.</param>
    /// <param name="prefixes">For each source the text that the decoder has written before the target, if any.</param>
    /// <param name="scoreEnd">
    /// Whether the eos after a target counts. Without it, targets of one token each, such as labels, are compared in a single
    /// decoder step.
    /// </param>
    /// <param name="cancellationToken">Returns at once; the batch is computed for others.</param>
    /// <returns>For each source one score a target.</returns>
    /// <exception cref="ArgumentException">The lists do not fit together, a target has no tokens, or a prefix with a target has more than <see cref="ChoiceScorer.MaxTargetTokens"/>.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<ChoiceScore>>> ScoreAsync(
        IReadOnlyList<string> sources,
        IReadOnlyList<IReadOnlyList<string>> targets,
        IReadOnlyList<string>? prefixes = null,
        bool scoreEnd = true,
        CancellationToken cancellationToken = default) =>
        await _scheduler.RunAsync(_codec.Comparing(sources, targets, prefixes, scoreEnd), BatchSize, cancellationToken).ConfigureAwait(false);

    /// <summary>Refuses new calls, waits until the accepted ones are done, and frees the model.</summary>
    /// <remarks>When it returns, no thread computes with the model. It may be called more than once and by several threads.</remarks>
    public void Dispose()
    {
        _scheduler.Dispose();
        _scheduler.Join();
    }

    /// <summary>As <see cref="Dispose"/>, without blocking the caller's thread while accepted calls are computed.</summary>
    public async ValueTask DisposeAsync()
    {
        _scheduler.Dispose();
        await _scheduler.JoinAsync().ConfigureAwait(false);
    }

    /// <summary>Whether the model's thread gets on with its work.</summary>
    internal WorkPulse Pulse => _scheduler.Pulse;

    /// <summary>Whether a source has more tokens than are read, so that a part of it is left out.</summary>
    internal bool IsTooLong(string source) => _codec.IsTooLong(source);

    private void Beat() => _scheduler.Pulse.Beat(isBusy: true);
}
