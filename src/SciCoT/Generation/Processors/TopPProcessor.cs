using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Keeps the fewest likeliest tokens whose probabilities add up to p (nucleus sampling, arXiv 1904.09751), at least one.</summary>
internal sealed class TopPProcessor(double p) : ILogitsProcessor
{
    private readonly Scalar _cut = (1 - p).ToScalar();

    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories)
    {
        var (ascending, order) = scores.sort(1); // [rows, vocabulary]
        var unlikely = ascending.softmax(1).cumsum(1) <= _cut;
        unlikely.narrow(1, unlikely.shape[1] - 1, 1).fill_(KeptScalar.Of(0L));
        return scores.masked_fill_(unlikely.scatter(1, order, unlikely), KeptScalar.Of(double.NegativeInfinity));
    }
}
