using SciCoT.Generation.Processors;
using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>Writes sequences with a model: greedy search, beam search or sampling.</summary>
/// <remarks>
/// Safe for several threads at a time. The model must be in evaluation mode and its weights must not change during a call.
/// No native memory outlives a call.
/// </remarks>
/// <param name="model">The model; the generator does not own it.</param>
/// <include file="Examples.xml" path="examples/TextGenerator/example"/>
public sealed class TextGenerator(ISequenceModel model)
{
    private readonly ISequenceModel _model = model ?? throw new ArgumentNullException(nameof(model));

    /// <summary>Writes sequences for a batch of inputs.</summary>
    /// <param name="sources">Each input's tokens, at least one.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <returns>
    /// <see cref="GenerationOptions.NumReturnSequences"/> sequences for each input, grouped by input; of beam search the
    /// best first.
    /// </returns>
    /// <exception cref="ArgumentException">A source is empty or holds unknown tokens, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="NonFiniteScoresException">A score is NaN or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, or was during the call.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(IReadOnlyList<IReadOnlyList<int>> sources, GenerationOptions options, CancellationToken cancellationToken = default) =>
        [.. Generate(sources, options, null, null, cancellationToken).SelectMany(sequences => sequences)];

    /// <summary>Writes sequences by greedy search or sampling and tells each token as it is chosen.</summary>
    /// <param name="sources">Each input's tokens, at least one.</param>
    /// <param name="options">How to search; <see cref="GenerationOptions.NumBeams"/> must be 1, as beams are rewritten until the end.</param>
    /// <param name="onToken">Called on the caller's thread with the place of the sequence in the result and its next token, the end token included.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    /// <returns><see cref="GenerationOptions.NumReturnSequences"/> sequences for each input, grouped by input.</returns>
    /// <exception cref="ArgumentException">A source is empty or holds unknown tokens, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="NonFiniteScoresException">A score is NaN or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, or was during the call.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<GeneratedSequence> Generate(IReadOnlyList<IReadOnlyList<int>> sources, GenerationOptions options, Action<int, int> onToken, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(onToken);
        if (options is { NumBeams: > 1 })
            throw new ArgumentException($"{nameof(GenerationOptions.NumBeams)} must be 1 to be told of each token; got {options.NumBeams}.", nameof(options));
        return [.. Generate(sources, options, onToken, null, cancellationToken).SelectMany(sequences => sequences)];
    }

    /// <summary>The same for sources that no others join.</summary>
    /// <returns>Each input's sequences.</returns>
    internal IReadOnlyList<GeneratedSequence>[] Generate(
        IReadOnlyList<IReadOnlyList<int>> sources,
        GenerationOptions options,
        Action<int, int>? onToken,
        Func<int, bool>? isAbandoned,
        CancellationToken cancellationToken)
    {
        var written = new Written();
        Generate(sources, options, onToken, isAbandoned, written, cancellationToken);
        return written.InOrder();
    }

    /// <param name="sources">Each input's tokens, at least one.</param>
    /// <param name="options">How to search.</param>
    /// <param name="onToken">Told the place of each sequence and its next token; not for beams.</param>
    /// <param name="isAbandoned">Asked after each step whether an input is no longer wanted; its sequences end there.</param>
    /// <param name="flow">Told each input's sequences, of an abandoned one perhaps fewer than were asked for; asked for further inputs unless there are beams.</param>
    /// <param name="cancellationToken">Honoured between decoding steps.</param>
    internal void Generate(
        IReadOnlyList<IReadOnlyList<int>> sources,
        GenerationOptions options,
        Action<int, int>? onToken,
        Func<int, bool>? isAbandoned,
        ISourceFlow flow,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();

        SourceCheck.Sources(_model, sources);
        int[] prompt = [_model.DecoderStartTokenId, .. SourceCheck.Tokens(_model, options.DecoderPrefix, nameof(options.DecoderPrefix))];
        var processors = new LogitsPipeline(options, _model.EosTokenId, Allowed(options, sources.Count));

        int maxLength = prompt.Length + options.MaxNewTokens - 1; // the last token written is never fed back
        using var state = Start(_model, sources, options.NumBeams, maxLength);
        if (options.NumBeams == 1)
        {
            new TokenSearch(_model, options, processors, prompt, some => Seeds(options, some), onToken, isAbandoned).Run(state, sources, maxLength, flow, cancellationToken);
            return;
        }

        var found = new BeamSearch(_model, options, processors, prompt, isAbandoned).Run(state, cancellationToken);
        for (int source = 0; source < found.Length; source++)
            flow.Done(source, found[source]);
    }

    /// <summary>Begins a decoder, which needs the encoder's output no longer.</summary>
    internal static IDecoder Start(ISequenceModel model, IReadOnlyList<IReadOnlyList<int>> sources, int rowsPerSource, int maxLength)
    {
        using var encoded = model.Encode(sources);
        return encoded.StartDecoder(rowsPerSource, maxLength);
    }

    /// <summary>The sequences that each source allows; <see langword="null"/> where all do.</summary>
    private TokenTrie[]? Allowed(GenerationOptions options, int sources)
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
                if (sequence.SkipLast(1).Contains(_model.EosTokenId))
                    throw new ArgumentException($"{what}: the end token ({_model.EosTokenId}) stands before the end of a sequence.", nameof(options));
                SourceCheck.Tokens(_model, sequence, what);
            }

            tries[i] = new TokenTrie(sets[i], _model.EosTokenId);
            if (tries[i].Count < (options.Sample ? 1 : options.NumReturnSequences))
                throw new ArgumentException($"{what} has {tries[i].Count} different sequences; {options.NumReturnSequences} are to be returned.", nameof(options));
            if (tries[i].Longest > options.MaxNewTokens)
                throw new ArgumentException($"{what} has a sequence of {tries[i].Longest} tokens, the end token included; {nameof(options.MaxNewTokens)} is {options.MaxNewTokens}.", nameof(options));
        }

        return tries;
    }

    /// <summary>What a call's own sources come to; no others join them.</summary>
    private sealed class Written : ISourceFlow
    {
        private readonly Dictionary<int, IReadOnlyList<GeneratedSequence>> _sequences = [];

        public IReadOnlyList<IReadOnlyList<int>> Next(int rows) => [];

        public void Done(int source, IReadOnlyList<GeneratedSequence> sequences) => _sequences.Add(source, sequences);

        public IReadOnlyList<GeneratedSequence>[] InOrder() => [.. Enumerable.Range(0, _sequences.Count).Select(source => _sequences[source])];
    }

    /// <summary>A seed for each source, made of its own tokens, so that its samples do not depend on the batch.</summary>
    private static ulong[] Seeds(GenerationOptions options, IReadOnlyList<IReadOnlyList<int>> sources)
    {
        if (!options.Sample)
            return [];
        return options.Seed is { } seed
            ? [.. sources.Select(source => SampleStreams.SeedOf(seed, source.Select(token => (long)token)))]
            : [.. sources.Select(_ => (ulong)Random.Shared.NextInt64())];
    }
}
