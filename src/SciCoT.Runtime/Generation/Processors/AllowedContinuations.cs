namespace SciCoT.Generation.Processors;

/// <summary>Forbids every token that does not continue one of the sequences which a row's source allows.</summary>
/// <param name="sources">Each source's sequences, or one set for all.</param>
/// <param name="promptLength">Tokens that every row begins with: the start token and the prefix.</param>
internal sealed class AllowedContinuations(IReadOnlyList<TokenTrie> sources, int promptLength)
{
    /// <param name="scores">A row's scores, changed in place.</param>
    /// <param name="history">The row's tokens so far, the start token included.</param>
    /// <param name="source">The source that the row belongs to.</param>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history, int source)
    {
        var allowed = sources[sources.Count == 1 ? 0 : source].Next(history, promptLength);
        Span<float> kept = allowed.Count <= 256 ? stackalloc float[allowed.Count] : new float[allowed.Count];
        int i = 0;
        foreach (int token in allowed)
            kept[i++] = scores[token];
        scores.Fill(float.NegativeInfinity);
        i = 0;
        foreach (int token in allowed)
            scores[token] = kept[i++];
    }
}
