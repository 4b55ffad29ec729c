namespace SciCoT.Generation.Processors;

/// <summary>Forbids the end token until enough tokens are written.</summary>
/// <param name="minimum">How many.</param>
/// <param name="promptLength">Tokens that every row begins with and that are not counted: the start token and the prefix.</param>
/// <param name="eosTokenId">The end token.</param>
public sealed class MinNewTokensProcessor(int minimum, int promptLength, int eosTokenId) : ILogitsProcessor
{
    /// <inheritdoc/>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (history.Length - promptLength < minimum)
            scores[eosTokenId] = float.NegativeInfinity;
    }
}
