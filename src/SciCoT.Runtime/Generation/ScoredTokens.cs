using SciCoT.Models;

namespace SciCoT.Generation;

/// <summary>Tokens whose probabilities are wanted, each after a position of a decoder's step. Tokens after the same position share its logits.</summary>
internal sealed class ScoredTokens
{
    private readonly List<int> _positions = [];
    private readonly Dictionary<int, int> _places = []; // of each position among the positions
    private readonly List<(int Place, int Token)> _tokens = [];

    public void Add(int position, int token)
    {
        if (!_places.TryGetValue(position, out int place))
        {
            _places[position] = place = _positions.Count;
            _positions.Add(position);
        }

        _tokens.Add((place, token));
    }

    /// <summary>The log-probability of each token, and whether no other is more probable, in the order in which they were added.</summary>
    /// <param name="decoder">The decoder after its step.</param>
    /// <param name="logits">Memory for the logits.</param>
    /// <param name="limit">Positions that are computed at a time.</param>
    /// <param name="model">The model's name, for the message.</param>
    /// <param name="cancellationToken">Honoured between parts.</param>
    /// <exception cref="NonFiniteScoresException">One is NaN or infinite.</exception>
    public (float LogProbability, bool IsHighest)[] LogProbabilities(IDecoder decoder, ScoreTable logits, int limit, string? model, CancellationToken cancellationToken)
    {
        var gained = new (float LogProbability, bool IsHighest)[_tokens.Count];
        int[] order = [.. Enumerable.Range(0, gained.Length).OrderBy(i => _tokens[i].Place)];
        int[] positions = [.. _positions];
        int next = 0;
        for (int first = 0; first < positions.Length; first += limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(limit, positions.Length - first);
            logits.Read(decoder, positions.AsSpan(first, count));
            var summary = ScoreRows.Summarize(logits);
            for (; next < order.Length && _tokens[order[next]] is var (place, token) && place < first + count; next++)
                gained[order[next]] = (logits[place - first][token] - summary.LogSums[place - first], token == summary.Highest[place - first]);
        }

        return Array.TrueForAll(gained, token => float.IsFinite(token.LogProbability)) ? gained : throw new NonFiniteScoresException(model);
    }
}
