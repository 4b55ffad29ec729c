using SciCoT.Generation.Processors;
using SciCoT.Models;
using SciCoT.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>Writes sequences with a model: greedy search, beam search or sampling.</summary>
/// <remarks>
/// Safe for several threads at a time. The model must be in evaluation mode and its weights must not change during a call.
/// No native memory outlives a call.
/// </remarks>
/// <param name="model">The model; the generator does not own it.</param>
public sealed class TextGenerator(T5Model model)
{
    private readonly T5Model _model = model ?? throw new ArgumentNullException(nameof(model));

    /// <summary>Writes sequences for a batch of inputs.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <returns>
    /// <see cref="GenerationOptions.NumReturnSequences"/> sequences for each input, grouped by input; of beam search the
    /// best first.
    /// </returns>
    /// <exception cref="ArgumentException">The tensors do not fit together or hold unknown tokens, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="NonFiniteScoresException">A score is NaN or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, or was during the call.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(Tensor inputIds, Tensor attentionMask, GenerationOptions options, CancellationToken cancellationToken = default) =>
        [.. Generate(inputIds, attentionMask, options, null, null, cancellationToken).SelectMany(sequences => sequences)];

    /// <summary>Writes sequences by greedy search or sampling and tells each token as it is chosen.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <param name="options">How to search; <see cref="GenerationOptions.NumBeams"/> must be 1, as beams are rewritten until the end.</param>
    /// <param name="onToken">Called on the caller's thread with the place of the sequence in the result and its next token, the end token included. Tensors that it makes do not outlive the step.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <returns><see cref="GenerationOptions.NumReturnSequences"/> sequences for each input, grouped by input.</returns>
    /// <exception cref="ArgumentException">The tensors do not fit together or hold unknown tokens, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="NonFiniteScoresException">A score is NaN or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, or was during the call.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(Tensor inputIds, Tensor attentionMask, GenerationOptions options, Action<int, int> onToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(onToken);
        if (options is { NumBeams: > 1 })
            throw new ArgumentException($"{nameof(GenerationOptions.NumBeams)} must be 1 to be told of each token; got {options.NumBeams}.", nameof(options));
        return [.. Generate(inputIds, attentionMask, options, onToken, null, cancellationToken).SelectMany(sequences => sequences)];
    }

    /// <param name="inputIds"><c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <param name="options">How to search.</param>
    /// <param name="onToken">Told the place of each sequence and its next token; not for beams.</param>
    /// <param name="isAbandoned">Asked after each step whether an input is no longer wanted; its sequences end there.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <returns>Each input's sequences; of an abandoned one there may be fewer than were asked for.</returns>
    internal IReadOnlyList<GeneratedSequence>[] Generate(
        Tensor inputIds,
        Tensor attentionMask,
        GenerationOptions options,
        Action<int, int>? onToken,
        Func<int, bool>? isAbandoned,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();

        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var source = EncodedSource.Encode(_model, inputIds, attentionMask);
        int[] prompt = [_model.Config.DecoderStartTokenId, .. EncodedSource.CheckTokens(_model, options.DecoderPrefix, nameof(options.DecoderPrefix))];
        var processors = new LogitsPipeline(options, _model.Config.EosTokenId, Allowed(options, inputIds.shape[0]));

        // The last token written is never fed back.
        using var state = DecoderState.Create(_model, source.Memory, source.AttentionMask, options.NumBeams, prompt.Length + options.MaxNewTokens - 1);
        return options.NumBeams > 1
            ? new BeamSearch(_model, options, processors, prompt, isAbandoned).Run(state, cancellationToken)
            : new TokenSearch(_model, options, processors, prompt, Seeds(options, inputIds, attentionMask), onToken, isAbandoned).Run(state, cancellationToken);
    }

    /// <summary>The sequences that each source allows; <see langword="null"/> where all do.</summary>
    private TokenTrie[]? Allowed(GenerationOptions options, long sources)
    {
        if (options.AllowedContinuations is not { } sets)
            return null;
        if (sets.Count != 1 && sets.Count != sources)
            throw new ArgumentException($"{nameof(options.AllowedContinuations)} must hold one set for each of the {sources} sources or one for all; got {sets.Count}.", nameof(options));

        var tries = new TokenTrie[sets.Count];
        for (int i = 0; i < tries.Length; i++)
        {
            var what = $"{nameof(options.AllowedContinuations)} of source {i}";
            foreach (var sequence in sets[i])
            {
                if (sequence.Count == 0)
                    throw new ArgumentException($"{what}: a sequence has no tokens; each needs at least one.", nameof(options));
                if (sequence.SkipLast(1).Contains(_model.Config.EosTokenId))
                    throw new ArgumentException($"{what}: the end token ({_model.Config.EosTokenId}) stands before the end of a sequence.", nameof(options));
                EncodedSource.CheckTokens(_model, sequence, what);
            }

            tries[i] = new TokenTrie(sets[i], _model.Config.EosTokenId);
            if (tries[i].Count < (options.Sample ? 1 : options.NumReturnSequences))
                throw new ArgumentException($"{what} has {tries[i].Count} different sequences; {options.NumReturnSequences} are to be returned.", nameof(options));
            if (tries[i].Longest > options.MaxNewTokens)
                throw new ArgumentException($"{what} has a sequence of {tries[i].Longest} tokens, the end token included; {nameof(options.MaxNewTokens)} is {options.MaxNewTokens}.", nameof(options));
        }

        return tries;
    }

    /// <summary>A seed for each source, made of its own tokens, so that its samples do not depend on the batch.</summary>
    private static ulong[] Seeds(GenerationOptions options, Tensor inputIds, Tensor attentionMask)
    {
        if (!options.Sample)
            return [];
        if (options.Seed is not { } seed)
            return [.. Enumerable.Range(0, (int)inputIds.shape[0]).Select(_ => (ulong)Random.Shared.NextInt64())];
        long[] ids = inputIds.cpu().contiguous().data<long>().ToArray(), mask = attentionMask.to_type(ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
        int length = (int)inputIds.shape[1];
        return [.. ids.Zip(mask).Chunk(length).Select(row => SampleStreams.SeedOf(seed, row.Where(pair => pair.Second != 0).Select(pair => pair.First)))];
    }
}
