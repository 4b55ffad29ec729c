namespace SciCoT.Generation.Processors;

/// <summary>Changes the scores of the next token before one is chosen. Pass your own in <see cref="GenerationOptions.Processors"/>.</summary>
/// <remarks>Safe for concurrent callers: one serves all texts of a batch, and batches of several callers.</remarks>
/// <include file="Examples.xml" path="examples/ILogitsProcessor/example"/>
public interface ILogitsProcessor
{
    /// <summary>Changes the scores of one row in place.</summary>
    /// <param name="scores">Logits or log-probabilities, one for each token; −∞ forbids a token.</param>
    /// <param name="history">The row's tokens so far, the start token included.</param>
    void Apply(Span<float> scores, ReadOnlySpan<int> history);
}
