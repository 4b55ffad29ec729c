using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Training.Batches;

/// <summary>Examples as tensors, padded on the right.</summary>
/// <param name="InputIds"><c>[batch, source]</c>, int64.</param>
/// <param name="AttentionMask"><c>[batch, source]</c>, 1 for a token, 0 for padding.</param>
/// <param name="Labels"><c>[batch, target]</c>, int64, −100 for padding.</param>
/// <param name="Weights"><c>[batch, target]</c>, or <c>[batch, 1]</c> where the tokens of a row count alike, float32; <see langword="null"/> where all examples count alike.</param>
internal sealed record Seq2SeqBatch(Tensor InputIds, Tensor AttentionMask, Tensor Labels, Tensor? Weights)
{
    public static Seq2SeqBatch Create(IReadOnlyList<Seq2SeqExample> examples, int[] indices, int padTokenId, Device device)
    {
        var sources = PaddedBatch.Create([.. indices.Select(i => examples[i].Source)], padTokenId, device);
        using var targets = PaddedBatch.Create([.. indices.Select(i => examples[i].Target)], T5Model.IgnoredLabel, device);
        var weights = indices.All(i => examples[i].IsUnweighted) ? null : WeightsOf([.. indices.Select(i => examples[i])], (int)targets.InputIds.shape[1], device);
        return new Seq2SeqBatch(sources.InputIds, sources.AttentionMask, targets.InputIds.alias(), weights);
    }

    private static Tensor WeightsOf(Seq2SeqExample[] examples, int width, Device device)
    {
        if (examples.All(example => example.AnswerWeight == 1))
            width = 1;
        var weights = new float[examples.Length * width];
        foreach (var (row, example) in examples.Index())
        {
            Array.Fill(weights, (float)example.Weight, row * width, width);
            if (width > 1)
                Array.Fill(weights, (float)(example.Weight * example.AnswerWeight), row * width + example.Target.Length - example.AnswerTokens, example.AnswerTokens);
        }

        return tensor(weights, [examples.Length, width], device: device);
    }
}
