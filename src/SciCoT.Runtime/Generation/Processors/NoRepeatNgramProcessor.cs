namespace SciCoT.Generation.Processors;

/// <summary>Forbids every token that would complete an n-gram which the row has already.</summary>
/// <param name="size">Tokens of an n-gram, at least 1.</param>
public sealed class NoRepeatNgramProcessor(int size) : ILogitsProcessor
{
    /// <inheritdoc/>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        // The tokens that followed earlier occurrences of the last size − 1 tokens.
        int tail = history.Length - (size - 1);
        if (tail <= 0)
            return;
        var last = history[tail..];
        for (int start = 0; start < tail; start++)
        {
            if (history.Slice(start, size - 1).SequenceEqual(last))
                scores[history[start + size - 1]] = float.NegativeInfinity;
        }
    }
}
