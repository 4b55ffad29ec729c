using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Prompting;
using SciCoT.Students.Serving;
using SciCoT.Tokenization;

namespace SciCoT.Students;

/// <summary>A model with its tokenizer: text in, text or likelihoods out, in batches of similar length.</summary>
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
public sealed class T5TextModel : IDisposable, IAsyncDisposable
{
    private readonly TextGenerator _generator;
    private readonly ChoiceScorer _scorer;
    private readonly BatchScheduler _scheduler;
    private readonly ModelTelemetry _telemetry;
    private readonly TimeProvider _time;

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
        _generator = new TextGenerator(model);
        _scorer = new ChoiceScorer(model);
        _telemetry = new ModelTelemetry(name);
        _time = time;
        _scheduler = new BatchScheduler(Compute, owns ? model.Dispose : () => { }, limits, model.ComputesOnCpu, _telemetry, time);
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
    public static T5TextModel Load(
        string directory,
        int maxSourceTokens = DefaultMaxSourceTokens,
        ModelLoadOptions? options = null)
    {
        options ??= new();
        var tokenizer = T5Tokenizer.Load(directory);
        var model = StudentModels.Load(directory, options);
        try
        {
            var name = options.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
            return new T5TextModel(model, tokenizer, maxSourceTokens, options.Limits, name, TimeProvider.System);
        }
        catch (Exception e)
        {
            model.Dispose();
            if (e is ArgumentException { ParamName: nameof(tokenizer) })
                throw new InvalidFileException($"{directory}: {e.Message}", e);
            throw;
        }
    }

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
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.AllowedContinuations is { } sets && sets.Count != 1 && sets.Count != sources.Count)
            throw new ArgumentException($"{nameof(options.AllowedContinuations)} must hold one set for each of the {sources.Count} sources or one for all; got {sets.Count}.", nameof(options));

        var free = options with { AllowedContinuations = null };
        GenerationItem[] items =
        [
            .. sources.Select((source, i) => new GenerationItem(Encode(source), free, options.AllowedContinuations is [var one] ? one : options.AllowedContinuations?[i])),
        ];
        var results = await RunAsync(items, cancellationToken).ConfigureAwait(false);
        return [.. results.Select(sequences => sequences.Select(ToText).ToArray())];
    }

    /// <summary>Continues one source by greedy search or sampling and yields the text as it grows.</summary>
    /// <param name="source">The input.</param>
    /// <param name="options">How to search; one beam, one sequence.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>Pieces that joined are what <see cref="GenerateAsync"/> gives; none splits a character.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public async IAsyncEnumerable<string> StreamAsync(string source, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options is not { NumBeams: 1, NumReturnSequences: 1 })
            throw new ArgumentException($"{nameof(options.NumBeams)} and {nameof(options.NumReturnSequences)} must be 1 for a stream; got {options.NumBeams} and {options.NumReturnSequences}.", nameof(options));

        var tokens = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var item = new GenerationItem(Encode(source), options with { AllowedContinuations = null }, options.AllowedContinuations?[0], token => tokens.Writer.TryWrite(token));
        // A reader that stops early must not leave the model writing for nobody.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = _scheduler.RunAsync(item, stop.Token);
        _ = writing.ContinueWith(_ => tokens.Writer.TryComplete(), TaskScheduler.Default);
        try
        {
            var text = new StreamingTextDecoder(Decode);
            await foreach (int token in tokens.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (text.Append(token) is { Length: > 0 } piece)
                    yield return piece;
            }

            var sequences = await writing.ConfigureAwait(false);
            TokenTally.Count(item.Length, sequences[0].TokenIds.Count);
            if (text.Complete() is { Length: > 0 } rest)
                yield return rest;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
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
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count != sources.Count)
            throw new ArgumentException($"Each of the {sources.Count} sources needs its targets; got {targets.Count}.", nameof(targets));
        if (prefixes is not null && prefixes.Count != sources.Count)
            throw new ArgumentException($"Each of the {sources.Count} sources needs its prefix, which may be empty; got {prefixes.Count}.", nameof(prefixes));

        ScoringItem[] items =
        [
            .. sources.Select((source, i) => new ScoringItem(
                Encode(source),
                [.. targets[i].Select(target => EncodeWhole(target, addEos: scoreEnd))],
                prefixes is null ? [] : EncodeWhole(prefixes[i], addEos: false))),
        ];
        for (int i = 0; i < items.Length; i++)
        {
            int longest = items[i].Prefix.Count + items[i].Targets.Select(target => target.Count).DefaultIfEmpty().Max();
            if (longest > ChoiceScorer.MaxTargetTokens)
                throw new ArgumentException(FormattableString.Invariant($"The longest target of source {i} has {longest} tokens with its prefix; at most {ChoiceScorer.MaxTargetTokens} can be scored. Shorten it."), nameof(targets));
        }

        return await RunAsync(items, cancellationToken).ConfigureAwait(false);
    }

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

    /// <summary>Sends the items of one call to the scheduler and waits for all.</summary>
    private async Task<TResult[]> RunAsync<TResult>(IReadOnlyList<WorkItem<TResult>> items, CancellationToken cancellationToken)
    {
        // In the order of length, so that those that come together fit into one batch; and never more than two batches at a
        // time, so that one large call does not keep the others out of the queue.
        int window = items.Count == 0 ? 0 : Math.Max(1, 2 * BatchSize / items[0].Rows);
        var running = new Queue<Task<TResult>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var item in items.OrderBy(item => item.Length))
            {
                if (running.Count == window)
                    await running.Dequeue().ConfigureAwait(false);
                running.Enqueue(_scheduler.RunAsync(item, stop.Token));
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        foreach (var item in items)
            TokenTally.Count(item.Length, item.Completion.Result is IReadOnlyList<GeneratedSequence> written ? written.Sum(sequence => sequence.TokenIds.Count) : 0);
        return [.. items.Select(item => item.Completion.Result)];
    }

    /// <summary>Computes a batch; runs on the model's thread.</summary>
    private void Compute(IReadOnlyList<WorkItem> batch)
    {
        if (batch[0] is GenerationItem)
            Generate([.. batch.Cast<GenerationItem>()]);
        else
            Score([.. batch.Cast<ScoringItem>()]);
    }

    private void Generate(GenerationItem[] batch)
    {
        var options = batch[0].Options;
        if (batch[0].Allowed is not null)
            options = options with { AllowedContinuations = [.. batch.Select(item => item.Allowed!)] };
        var written = _generator.Generate(
            [.. batch.Select(item => item.Source)],
            options,
            (row, token) => batch[row / options.NumReturnSequences].Tell(token),
            source =>
            {
                _scheduler.Pulse.Beat(isBusy: true);
                return batch[source].IsOver;
            },
            CancellationToken.None);
        foreach (var (item, sequences) in batch.Zip(written))
            Complete(item, sequences, sequences.Sum(sequence => sequence.TokenIds.Count));
    }

    private void Score(ScoringItem[] batch)
    {
        var scores = _scorer.Score([.. batch.Select(item => item.Source)], [.. batch.Select(item => item.Targets)], [.. batch.Select(item => item.Prefix)], CancellationToken.None);
        foreach (var (item, own) in batch.Zip(scores))
            Complete(item, own, 0);
    }

    private void Complete<TResult>(WorkItem<TResult> item, TResult result, int outputTokens)
    {
        _telemetry.Done(item, outputTokens, _time.GetElapsedTime(item.Enqueued));
        item.Complete(result);
    }

    /// <summary>A question that is too long loses its context first, and never its choices or rationale.</summary>
    private int[] Encode(string source)
    {
        var ids = Tokenizer.Encode(source, MaxSourceTokens, addEos: true, out bool truncated);
        if (!truncated)
            return ids;
        var fitted = SourceShortening.Fit(source, MaxSourceTokens, Tokenizer.CountTokens);
        return Tokenizer.Encode(fitted, MaxSourceTokens, addEos: true, out _);
    }

    /// <summary>Whether a source has more tokens than are read, so that a part of it is left out.</summary>
    internal bool IsTooLong(string source) => Tokenizer.CountTokens(source) >= MaxSourceTokens;

    private int[] EncodeWhole(string text, bool addEos) => Tokenizer.Encode(text, int.MaxValue, addEos, out _);

    private GeneratedText ToText(GeneratedSequence sequence) => new(Decode(sequence.TokenIds), sequence.Score);

    /// <summary>A model's vocabulary may be padded to a round number: tokens that the tokenizer does not have leave no trace.</summary>
    private string Decode(IReadOnlyList<int> ids) => Tokenizer.Decode(ids.Where(id => id < Tokenizer.VocabularySize));
}

/// <summary>A text that a model wrote.</summary>
/// <param name="Text">The text, special tokens left out.</param>
/// <param name="LogProbability">Its score as the search gives it; for greedy search the sum of the tokens' log-probabilities.</param>
public sealed record GeneratedText(string Text, double LogProbability);
