using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Training.Batches;

/// <summary>Examples as tensors, padded on the right.</summary>
/// <param name="InputIds"><c>[batch, source]</c>, int64.</param>
/// <param name="AttentionMask"><c>[batch, source]</c>, 1 for a token, 0 for padding.</param>
/// <param name="Labels"><c>[batch, target]</c>, int64, −100 for padding.</param>
/// <param name="Weights"><c>[batch]</c>, float32; <see langword="null"/> where all examples count alike.</param>
internal sealed record Seq2SeqBatch(Tensor InputIds, Tensor AttentionMask, Tensor Labels, Tensor? Weights)
{
    public static Seq2SeqBatch Create(IReadOnlyList<Seq2SeqExample> examples, int[] indices, int padTokenId, Device device)
    {
        var sources = PaddedBatch.Create([.. indices.Select(i => examples[i].Source)], padTokenId, device);
        using var targets = PaddedBatch.Create([.. indices.Select(i => examples[i].Target)], T5Model.IgnoredLabel, device);
        var weights = indices.All(i => examples[i].Weight == 1)
            ? null
            : tensor([.. indices.Select(i => (float)examples[i].Weight)], device: device);
        return new Seq2SeqBatch(sources.InputIds, sources.AttentionMask, targets.InputIds.alias(), weights);
    }
}
