using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Forbids the end token until enough tokens are written.</summary>
/// <param name="minimum">How many.</param>
/// <param name="promptLength">Tokens that every row begins with and that are not counted: the start token and the prefix.</param>
/// <param name="eosTokenId">The end token.</param>
internal sealed class MinNewTokensProcessor(int minimum, int promptLength, int eosTokenId) : ILogitsProcessor
{
    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories)
    {
        // All rows of a batch have the same length.
        if (histories[0].Count - promptLength < minimum)
            scores.select(1, eosTokenId).fill_(KeptScalar.Of(double.NegativeInfinity));
        return scores;
    }
}
