using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Forbids every token that does not continue one of the sequences which a row's source allows.</summary>
/// <param name="sources">Each source's sequences, or one set for all.</param>
/// <param name="promptLength">Tokens that every row begins with: the start token and the prefix.</param>
internal sealed class AllowedContinuations(IReadOnlyList<TokenTrie> sources, int promptLength)
{
    /// <param name="scores">As other processors take them.</param>
    /// <param name="histories">The decoder's tokens of each row so far, the start token included.</param>
    /// <param name="sourceOfRow">The source that each row belongs to.</param>
    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories, IReadOnlyList<int> sourceOfRow)
    {
        long vocabulary = scores.shape[1];
        var places = new List<long>();
        for (int row = 0; row < histories.Count; row++)
        {
            var allowed = sources[sources.Count == 1 ? 0 : sourceOfRow[row]].Next(histories[row], promptLength);
            places.AddRange(allowed.Select(token => row * vocabulary + token));
        }

        var index = tensor(places.ToArray(), device: scores.device);
        var flat = scores.view(-1);
        var kept = flat.index_select(0, index);
        flat.fill_(KeptScalar.Of(double.NegativeInfinity));
        flat.index_copy_(0, index, kept);
        return scores;
    }
}
