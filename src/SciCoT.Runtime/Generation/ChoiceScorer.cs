using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>Scores given targets instead of writing new ones: multiple choice by likelihood.</summary>
/// <remarks>
/// Each source runs through the encoder once, and all its targets attend to that one result. Safe for several threads at a
/// time. The model must be in evaluation mode and its weights must not change during a call. No native memory outlives a call.
/// </remarks>
/// <param name="model">The model; the scorer does not own it.</param>
public sealed class ChoiceScorer(ISequenceModel model)
{
    /// <summary>About how many numbers the largest array may hold: 128 MiB in float32.</summary>
    private const long DefaultBudget = 1 << 25;

    /// <summary>The most tokens of a prefix and a target together; the memory of a decoder's pass grows with their square.</summary>
    public const int MaxTargetTokens = 8192;

    /// <summary>A usual width of an attention head; from it and the model's width the number of heads is reckoned.</summary>
    private const int HeadSize = 64;

    private readonly ISequenceModel _model = model ?? throw new ArgumentNullException(nameof(model));

    internal long Budget { get; init; } = DefaultBudget;

    /// <summary>The log-likelihoods of each source's choices.</summary>
    /// <param name="sources">Each source's tokens, at least one.</param>
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
        IReadOnlyList<IReadOnlyList<int>> sources,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> choices,
        IReadOnlyList<IReadOnlyList<int>>? prefixes = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(choices);
        SourceCheck.Sources(_model, sources);
        if (choices.Count != sources.Count)
            throw new ArgumentException($"Each of the {sources.Count} sources needs its choices; got {choices.Count}.", nameof(choices));
        if (prefixes is not null && prefixes.Count != choices.Count)
            throw new ArgumentException($"Each of the {choices.Count} sources needs its prefix, which may be empty; got {prefixes.Count}.", nameof(prefixes));
        ChoiceRows[] targets = [.. choices.Select((own, source) => new ChoiceRows(_model, source, own, prefixes?[source] ?? []))];

        int longest = sources.Max(source => source.Count);
        using var logits = new ScoreTable(_model.VocabularySize);
        var scores = new List<IReadOnlyList<ChoiceScore>>(targets.Length);
        while (scores.Count < targets.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = Part(targets.AsSpan(scores.Count), longest);
            using var encoded = _model.Encode([.. sources.Skip(scores.Count).Take(part.Length)]);
            if (part is [var only])
                scores.Add([.. only.Parts(RowsOf(only, longest)).SelectMany(rows => ScorePart(encoded, [rows], logits, cancellationToken).Single())]);
            else
                scores.AddRange(ScorePart(encoded, part, logits, cancellationToken));
        }

        return scores;
    }

    /// <summary>As many of the first sources as fit into the budget, at least one.</summary>
    private ChoiceRows[] Part(ReadOnlySpan<ChoiceRows> sources, long sourceLength)
    {
        long width = _model.Width;
        long attention = sourceLength * Math.Max(width, sourceLength * Math.Max(1, width / HeadSize));
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
        long width = Math.Max(_model.Width, Math.Max(sourceLength, length));
        return (int)Math.Clamp(Budget / (length * width), 1, int.MaxValue);
    }

    private IEnumerable<IReadOnlyList<ChoiceScore>> ScorePart(IEncodedSources encoded, ChoiceRows[] sources, ScoreTable logits, CancellationToken cancellationToken)
    {
        // Sources with fewer rows or shorter ones are filled up; what is computed there is not looked at.
        int rows = Math.Max(1, sources.Max(source => source.Inputs.Count));
        int length = Math.Max(1, sources.Max(source => source.Length));
        var inputs = new int[checked(sources.Length * rows * length)];
        var wanted = new ScoredTokens();
        for (int i = 0; i < sources.Length; i++)
        {
            for (int row = 0; row < sources[i].Inputs.Count; row++)
                sources[i].Inputs[row].CopyTo(inputs, ((i * rows) + row) * length);
            foreach (var (row, target) in sources[i].Targets)
            {
                int first = (((i * rows) + row) * length) + sources[i].PrefixLength;
                for (int offset = 0; offset < target.Count; offset++)
                    wanted.Add(first + offset, target[offset]);
            }
        }

        using var decoder = encoded.StartDecoder(rows, length);
        decoder.Advance(inputs);
        var gained = wanted.LogProbabilities(decoder, logits, (int)Math.Clamp(Budget / _model.VocabularySize, 1, int.MaxValue), _model.Name, cancellationToken);
        int next = 0;
        return [.. sources.Select(source => source.Targets.ConvertAll(target =>
        {
            double sum = 0;
            bool isGreedy = true;
            for (int i = 0; i < target.Tokens.Count; i++)
            {
                var (logProbability, isHighest) = gained[next++];
                sum += logProbability;
                isGreedy &= isHighest;
            }

            return new ChoiceScore(sum, target.Tokens.Count) { IsGreedy = isGreedy };
        }))];
    }
}
