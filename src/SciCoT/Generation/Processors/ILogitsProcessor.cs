using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Changes the scores of the next token before one is chosen. <see cref="GenerationOptions.Processors"/> takes a user's own.</summary>
/// <remarks>Safe for concurrent callers: one serves all texts of a batch, and batches of several callers.</remarks>
public interface ILogitsProcessor
{
    /// <summary>Changes scores.</summary>
    /// <param name="scores">Logits or log-probabilities, <c>[rows, vocabulary]</c>, float32, contiguous; may be changed in place.</param>
    /// <param name="histories">The decoder's tokens of each row so far, the start token included.</param>
    /// <returns>The new scores, −∞ for a forbidden token.</returns>
    Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories);
}
