using SciCoT.Generation.Processors;

namespace OwnParts;

/// <summary>Forbids tokens, such as those of a question mark.</summary>
internal sealed class ForbiddenTokens(params IEnumerable<int> tokens) : ILogitsProcessor
{
    private readonly int[] _tokens = [.. tokens];

    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        foreach (int token in _tokens)
            scores[token] = float.NegativeInfinity;
    }
}
