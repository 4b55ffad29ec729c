using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Tokenization;

namespace SciCoT.Students;

/// <summary>A T5 model with its tokenizer: text in, text or likelihoods out, in batches of similar length.</summary>
/// <remarks>Safe for concurrent callers; their work is done one after another on the model's thread.</remarks>
public sealed class T5TextModel : IDisposable
{
    private readonly ModelThread _thread = new(nameof(T5TextModel));
    private readonly TextGenerator _generator;
    private readonly ChoiceScorer _scorer;

    /// <summary>Puts a model and its tokenizer together and takes ownership of the model.</summary>
    /// <param name="model">The model; it is put into evaluation mode.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <param name="batchSize">Rows that are computed at a time.</param>
    /// <exception cref="ArgumentException">The tokenizer's vocabulary is larger than the model's.</exception>
    public T5TextModel(T5Model model, T5Tokenizer tokenizer, int maxSourceTokens = DefaultMaxSourceTokens, int batchSize = DefaultBatchSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSourceTokens, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        // Sentinels come from pretraining only: a model made for a smaller vocabulary never meets them.
        int pieces = tokenizer.VocabularySize - tokenizer.SentinelCount;
        if (pieces > model.Config.VocabularySize)
            throw new ArgumentException($"The tokenizer has {pieces} pieces but the model knows only {model.Config.VocabularySize}; they do not belong together.", nameof(tokenizer));

        model.eval();
        Model = model;
        Tokenizer = tokenizer;
        MaxSourceTokens = maxSourceTokens;
        BatchSize = batchSize;
        _generator = new TextGenerator(model);
        _scorer = new ChoiceScorer(model);
    }

    /// <summary>The default of <see cref="MaxSourceTokens"/>, the length T5 was pretrained with.</summary>
    public const int DefaultMaxSourceTokens = 512;

    /// <summary>The default of <see cref="BatchSize"/>.</summary>
    public const int DefaultBatchSize = 32;

    /// <summary>The model.</summary>
    public T5Model Model { get; }

    /// <summary>The tokenizer.</summary>
    public T5Tokenizer Tokenizer { get; }

    /// <summary>Longer sources are cut, the eos kept.</summary>
    public int MaxSourceTokens { get; }

    /// <summary>Rows that are computed at a time.</summary>
    public int BatchSize { get; }

    /// <summary>Loads a checkpoint folder: <c>config.json</c>, <c>model.safetensors</c> and a tokenizer.</summary>
    /// <param name="directory">The folder, for example a Flan-T5-small download.</param>
    /// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
    /// <param name="batchSize">Rows that are computed at a time.</param>
    /// <param name="device">Where the weights go; the CPU by default.</param>
    /// <exception cref="FileNotFoundException">A file of the folder is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or does not fit the others.</exception>
    public static T5TextModel Load(
        string directory,
        int maxSourceTokens = DefaultMaxSourceTokens,
        int batchSize = DefaultBatchSize,
        TorchSharp.torch.Device? device = null)
    {
        var tokenizer = T5Tokenizer.Load(directory);
        var model = T5Model.Load(directory, device);
        try
        {
            return new T5TextModel(model, tokenizer, maxSourceTokens, batchSize);
        }
        catch (ArgumentException e) when (e.ParamName == nameof(tokenizer))
        {
            model.Dispose();
            throw new InvalidDataException($"{directory}: {e.Message}", e);
        }
    }

    /// <summary>Continues each source.</summary>
    /// <param name="sources">The inputs.</param>
    /// <param name="options">How to search. With several sequences returned, the best counts.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>One text for each source, in their order, with the probability of the text.</returns>
    public async Task<IReadOnlyList<GeneratedText>> GenerateAsync(IReadOnlyList<string> sources, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        var encoded = sources.Select(Encode).ToArray();
        var results = new GeneratedText[sources.Count];
        foreach (var rows in BatchesByLength(encoded, BatchSize))
        {
            await _thread.RunAsync(
                token =>
                {
                    using var batch = Pad(rows, encoded);
                    var generated = _generator.Generate(batch.InputIds, batch.AttentionMask, options, token);
                    for (int i = 0; i < rows.Length; i++)
                    {
                        var best = generated[i * options.NumReturnSequences];
                        results[rows[i]] = new GeneratedText(Tokenizer.Decode(best.TokenIds), best.Score);
                    }

                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    /// <summary>Continues one source greedily and yields the text as it grows.</summary>
    /// <param name="source">The input.</param>
    /// <param name="options">How to search; one beam.</param>
    /// <param name="cancellationToken">Stops within one decoding step.</param>
    /// <returns>Pieces that joined are what <see cref="GenerateAsync"/> gives; none splits a character.</returns>
    public async IAsyncEnumerable<string> StreamAsync(string source, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        // A reader that stops early must not leave the model writing for nobody.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = _thread.RunAsync(token => Write(source, options, pieces.Writer, token), stop.Token);
        _ = writing.ContinueWith(task => pieces.Writer.TryComplete(task.Exception?.InnerException), TaskScheduler.Default);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return piece;
            await writing.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The log-likelihood of each target as a continuation of its source, with one pass of the encoder a source.</summary>
    /// <param name="sources">The inputs.</param>
    /// <param name="targets">For each source the continuations to compare.</param>
    /// <param name="prefixes">For each source the text that the decoder has written before the target, if any.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>For each source one value a target, in natural logarithms, the eos included.</returns>
    public async Task<IReadOnlyList<IReadOnlyList<double>>> ScoreAsync(
        IReadOnlyList<string> sources,
        IReadOnlyList<IReadOnlyList<string>> targets,
        IReadOnlyList<string>? prefixes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        var encoded = sources.Select(Encode).ToArray();
        var encodedTargets = targets.Select(row => row.Select(EncodeTarget).ToArray()).ToArray();
        var encodedPrefixes = prefixes?.Select(prefix => Tokenizer.EncodeToIds(prefix)).ToArray();
        var results = new IReadOnlyList<double>[sources.Count];
        foreach (var rows in BatchesByLength(encoded, BatchSize))
        {
            await _thread.RunAsync(
                token =>
                {
                    using var batch = Pad(rows, encoded);
                    var scores = _scorer.Score(
                        batch.InputIds,
                        batch.AttentionMask,
                        [.. rows.Select(row => encodedTargets[row])],
                        encodedPrefixes is null ? null : [.. rows.Select(row => encodedPrefixes[row])],
                        token);
                    for (int i = 0; i < rows.Length; i++)
                        results[rows[i]] = [.. scores[i].Select(score => score.LogLikelihood)];
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        return results;
    }

    /// <summary>Frees the model once the work that was accepted is done.</summary>
    public void Dispose()
    {
        _ = _thread.RunAsync(
            _ =>
            {
                Model.Dispose();
                return true;
            },
            CancellationToken.None);
        _thread.Dispose();
    }

    /// <summary>Rows sorted by length and cut into batches, so that little is padding.</summary>
    internal static IEnumerable<int[]> BatchesByLength(IReadOnlyList<IReadOnlyList<int>> rows, int batchSize) =>
        Enumerable.Range(0, rows.Count).OrderBy(row => rows[row].Count).Chunk(batchSize);

    private bool Write(string source, GenerationOptions options, ChannelWriter<string> pieces, CancellationToken cancellationToken)
    {
        using var batch = Pad([0], [Encode(source)]);
        var text = new StreamingTextDecoder(ids => Tokenizer.Decode(ids));
        _generator.Generate(
            batch.InputIds,
            batch.AttentionMask,
            options,
            (_, id) =>
            {
                if (text.Append(id) is { Length: > 0 } piece)
                    pieces.TryWrite(piece);
            },
            cancellationToken);
        if (text.Complete() is { Length: > 0 } rest)
            pieces.TryWrite(rest);
        return true;
    }

    private PaddedBatch Pad(int[] rows, IReadOnlyList<int>[] encoded) =>
        PaddedBatch.Create([.. rows.Select(row => encoded[row])], Model.Config.PadTokenId, Model.Device);

    private int[] Encode(string source) => Tokenizer.EncodeToIds(source, MaxSourceTokens, addEos: true, out _);

    private int[] EncodeTarget(string target) => Tokenizer.EncodeToIds(target, int.MaxValue, addEos: true, out _);
}

/// <summary>A text that a model wrote.</summary>
/// <param name="Text">The text, special tokens left out.</param>
/// <param name="LogProbability">Its score as the search gives it; for greedy search the sum of the tokens' log-probabilities.</param>
public sealed record GeneratedText(string Text, double LogProbability);
