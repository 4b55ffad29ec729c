namespace SciCoT.Generation.Processors;

/// <summary>A set of token sequences that tells, for what is written so far, which tokens may come next.</summary>
/// <remarks>Immutable once made; safe for concurrent callers.</remarks>
internal sealed class TokenTrie
{
    private static readonly Node End = new();

    private readonly Node _root = new();
    private readonly int _eosTokenId;

    /// <param name="sequences">The sequences, each with or without the end token.</param>
    /// <param name="eosTokenId">The end token; it is allowed where a sequence is whole.</param>
    public TokenTrie(IReadOnlyList<IReadOnlyList<int>> sequences, int eosTokenId)
    {
        _eosTokenId = eosTokenId;
        foreach (var sequence in sequences)
        {
            var node = _root;
            int length = sequence.Count - (sequence[^1] == eosTokenId ? 1 : 0);
            for (int i = 0; i < length; i++)
            {
                if (!node.Next.TryGetValue(sequence[i], out var next))
                    node.Next[sequence[i]] = next = new Node();
                node = next;
            }

            if (node.Next.TryAdd(eosTokenId, End))
                Count++;
            Longest = Math.Max(Longest, length + 1);
        }
    }

    /// <summary>Distinct sequences.</summary>
    public int Count { get; }

    /// <summary>Tokens of the longest sequence, its end token included.</summary>
    public int Longest { get; }

    /// <summary>The tokens that may follow; only the end token after a sequence that is over.</summary>
    /// <param name="history">A row's tokens.</param>
    /// <param name="start">Where in the history the sequence begins.</param>
    public IReadOnlyCollection<int> Next(ReadOnlySpan<int> history, int start)
    {
        var node = _root;
        for (int i = start; i < history.Length; i++)
        {
            if (!node.Next.TryGetValue(history[i], out var next))
                return [_eosTokenId];
            node = next;
        }

        return node == End ? [_eosTokenId] : node.Next.Keys;
    }

    private sealed class Node
    {
        public Dictionary<int, Node> Next { get; } = [];
    }
}
