using SciCoT.Models;
using SciCoT.Models.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation;

/// <summary>Scores given targets instead of writing new ones: multiple choice by likelihood.</summary>
/// <remarks>
/// Each source runs through the encoder once, and all its targets attend to that one result. Safe for several threads at a
/// time. The model must be in evaluation mode and its weights must not change during a call. No native memory outlives a call.
/// </remarks>
/// <param name="model">The model; the scorer does not own it.</param>
public sealed class ChoiceScorer(T5Model model)
{
    /// <summary>About how many numbers the largest tensor may hold: 128 MiB in float32.</summary>
    private const long DefaultBudget = 1 << 25;

    /// <summary>The most tokens of a prefix and a target together; the memory of a decoder's pass grows with their square.</summary>
    public const int MaxTargetTokens = 8192;

    private readonly T5Model _model = model ?? throw new ArgumentNullException(nameof(model));

    internal long Budget { get; init; } = DefaultBudget;

    /// <summary>The log-likelihoods of each source's choices.</summary>
    /// <param name="inputIds"><c>[batch, source]</c>, int64, padded on the right.</param>
    /// <param name="attentionMask"><c>[batch, source]</c>, int64, 1 for a token, 0 for padding.</param>
    /// <param name="choices">Each source's targets, without the decoder's start token; an end token is scored where a target has one.</param>
    /// <param name="prefixes">Tokens that come before all targets of a source and are not scored, for each source; none by default.</param>
    /// <param name="cancellationToken">Honoured between parts of the batch.</param>
    /// <returns>A score for each choice, in the order given.</returns>
    /// <exception cref="ArgumentException">The arguments do not fit together, hold unknown tokens, or a choice is empty or with its prefix longer than <see cref="MaxTargetTokens"/>.</exception>
    /// <exception cref="InvalidOperationException">The model is in training mode.</exception>
    /// <exception cref="NonFiniteScoresException">A likelihood is NaN or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of, or was during the call.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public IReadOnlyList<IReadOnlyList<ChoiceScore>> Score(
        Tensor inputIds,
        Tensor attentionMask,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> choices,
        IReadOnlyList<IReadOnlyList<int>>? prefixes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(choices);
        EncodedSource.Check(_model, inputIds, attentionMask);
        if (choices.Count != inputIds.shape[0])
            throw new ArgumentException($"Each of the {inputIds.shape[0]} sources needs its choices; got {choices.Count}.", nameof(choices));
        if (prefixes is not null && prefixes.Count != choices.Count)
            throw new ArgumentException($"Each of the {choices.Count} sources needs its prefix, which may be empty; got {prefixes.Count}.", nameof(prefixes));
        ChoiceRows[] sources = [.. choices.Select((targets, source) => new ChoiceRows(_model, source, targets, prefixes?[source] ?? []))];

        using var inference = inference_mode();
        var scores = new List<IReadOnlyList<ChoiceScore>>(sources.Length);
        while (scores.Count < sources.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var part = Part(sources.AsSpan(scores.Count), inputIds.shape[1]);
            var ids = inputIds.narrow(0, scores.Count, part.Length);
            var mask = attentionMask.narrow(0, scores.Count, part.Length);
            var encoded = EncodedSource.Encode(_model, ids, mask);
            if (part is [var only])
                scores.Add([.. only.Parts(RowsOf(only, inputIds.shape[1])).SelectMany(rows => ScorePart(encoded, [rows], cancellationToken).Single())]);
            else
                scores.AddRange(ScorePart(encoded, part, cancellationToken));
        }

        return scores;
    }

    /// <summary>As many of the first sources as fit into the budget, at least one.</summary>
    private ChoiceRows[] Part(ReadOnlySpan<ChoiceRows> sources, long sourceLength)
    {
        var config = _model.Config;
        long width = Math.Max(config.FeedForwardSize, config.InnerSize);
        long attention = sourceLength * Math.Max(width, sourceLength * config.Heads);
        int count = 0, rows = 1, length = 1;
        while (count < sources.Length)
        {
            rows = Math.Max(rows, sources[count].Inputs.Count);
            length = Math.Max(length, sources[count].Length);
            if (count > 0 && (count + 1) * Math.Max(attention, rows * length * width) > Budget)
                break;
            count++;
        }

        return sources[..count].ToArray();
    }

    /// <summary>How many of a source's rows fit into the budget, at least one.</summary>
    private int RowsOf(ChoiceRows source, long sourceLength)
    {
        long length = Math.Max(1, source.Length);
        long width = Math.Max(Math.Max(_model.Config.FeedForwardSize, _model.Config.InnerSize), Math.Max(sourceLength, length));
        return (int)Math.Clamp(Budget / (length * width), 1, int.MaxValue);
    }

    private IEnumerable<IReadOnlyList<ChoiceScore>> ScorePart(EncodedSource encoded, ChoiceRows[] sources, CancellationToken cancellationToken)
    {
        // Sources with fewer rows or shorter ones are filled up; what is computed there is not looked at.
        int rows = Math.Max(1, sources.Max(source => source.Inputs.Count));
        int length = Math.Max(1, sources.Max(source => source.Length));
        var inputs = new long[sources.Length * rows * length];
        var places = new List<long>(); // of the hidden state before each scored token
        var tokens = new List<long>();
        for (int i = 0; i < sources.Length; i++)
        {
            for (int row = 0; row < sources[i].Inputs.Count; row++)
                Array.ConvertAll(sources[i].Inputs[row], id => (long)id).CopyTo(inputs, ((i * rows) + row) * length);
            foreach (var (row, target) in sources[i].Targets)
            {
                long first = ((((long)i * rows) + row) * length) + sources[i].PrefixLength;
                places.AddRange(target.Select((_, offset) => first + offset));
                tokens.AddRange(target.Select(id => (long)id));
            }
        }

        using var state = DecoderState.Create(_model, encoded.Memory, encoded.AttentionMask, rows, length);
        var hidden = state.Advance(tensor(inputs, [sources.Length * rows, length], device: _model.Device));
        var gained = LogProbabilities(hidden.flatten(0, 1), places, tokens, cancellationToken);
        int next = 0;
        return [.. sources.Select(source => source.Targets.ConvertAll(target =>
        {
            double sum = 0;
            for (int i = 0; i < target.Tokens.Count; i++)
                sum += gained[next++];
            return new ChoiceScore(sum, target.Tokens.Count);
        }))];
    }

    /// <summary>The log-probability of each token at its place, so many places at a time that the logits stay within the budget.</summary>
    private List<float> LogProbabilities(Tensor hidden, List<long> places, List<long> tokens, CancellationToken cancellationToken)
    {
        int limit = (int)Math.Max(1, Budget / _model.Config.VocabularySize);
        var gained = new List<float>(places.Count);
        while (gained.Count < places.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int count = Math.Min(limit, places.Count - gained.Count);
            var chosen = tensor(places.GetRange(gained.Count, count).ToArray(), device: hidden.device);
            var expected = tensor(tokens.GetRange(gained.Count, count).ToArray(), [count, 1], device: hidden.device);
            var logits = T5Inference.Head(_model, hidden.index_select(0, chosen)); // [places, vocabulary]
            gained.AddRange(logits.log_softmax(1).gather(1, expected).cpu().data<float>().ToArray());
            if (gained.Any(value => !float.IsFinite(value)))
                throw new NonFiniteScoresException(_model.Origin);
        }

        return gained;
    }
}
