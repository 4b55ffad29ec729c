using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Keeps the k highest scores; scores equal to the lowest of them are kept too.</summary>
internal sealed class TopKProcessor(int k) : ILogitsProcessor
{
    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories)
    {
        int kept = (int)Math.Min(k, scores.shape[1]);
        var (highest, _) = scores.topk(kept, 1); // [rows, kept]
        return scores.masked_fill_(scores < highest.narrow(1, kept - 1, 1), KeptScalar.Of(double.NegativeInfinity));
    }
}
