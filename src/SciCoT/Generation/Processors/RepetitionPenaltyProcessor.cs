using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Generation.Processors;

/// <summary>Makes tokens that a row has already less likely, once per distinct token (CTRL, arXiv 1909.05858, section 4.1).</summary>
internal sealed class RepetitionPenaltyProcessor(double penalty) : ILogitsProcessor
{
    private readonly Scalar _penalty = penalty.ToScalar();

    public Tensor Apply(Tensor scores, IReadOnlyList<IReadOnlyList<int>> histories)
    {
        long vocabulary = scores.shape[1];
        long[] seen = [.. histories.SelectMany((history, row) => history.Distinct().Select(token => row * vocabulary + token))];
        var index = tensor(seen, device: scores.device);
        var flat = scores.view(-1);
        var old = flat.index_select(0, index);
        flat.index_copy_(0, index, where(old < KeptScalar.Of(0L), old * _penalty, old / _penalty));
        return scores;
    }
}
