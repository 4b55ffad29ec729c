using SciCoT.Generation;
using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Tests;

/// <summary>Searches and scores over the padded tensors in which the stored references have their inputs.</summary>
internal static class TensorInputs
{
    /// <summary>The tokens of each row, without its padding.</summary>
    public static int[][] Rows(Tensor inputIds, Tensor attentionMask)
    {
        using var scope = NewDisposeScope();
        long[] ids = inputIds.to_type(ScalarType.Int64).cpu().contiguous().data<long>().ToArray(), mask = attentionMask.to_type(ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
        int[][] rows = [.. ids.Zip(mask).Chunk((int)inputIds.shape[1]).Select(row => row.Where(pair => pair.Second != 0).Select(pair => (int)pair.First).ToArray())];
        GC.KeepAlive(inputIds); // or it may be collected while its shape is read
        GC.KeepAlive(attentionMask);
        return rows;
    }

    public static IReadOnlyList<GeneratedSequence> Generate(this TextGenerator generator, Tensor inputIds, Tensor attentionMask, GenerationOptions options, CancellationToken cancellationToken) =>
        generator.Generate(Rows(inputIds, attentionMask), options, cancellationToken);

    public static IReadOnlyList<GeneratedSequence> Generate(this TextGenerator generator, Tensor inputIds, Tensor attentionMask, GenerationOptions options, Action<int, int> onToken, CancellationToken cancellationToken) =>
        generator.Generate(Rows(inputIds, attentionMask), options, onToken, cancellationToken);

    public static IReadOnlyList<GeneratedSequence>[] Generate(this TextGenerator generator, Tensor inputIds, Tensor attentionMask, GenerationOptions options, Action<int, int>? onToken, Func<int, bool>? isAbandoned, CancellationToken cancellationToken) =>
        generator.Generate(Rows(inputIds, attentionMask), options, onToken, isAbandoned, cancellationToken);

    public static IReadOnlyList<IReadOnlyList<ChoiceScore>> Score(
        this ChoiceScorer scorer,
        Tensor inputIds,
        Tensor attentionMask,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> choices,
        IReadOnlyList<IReadOnlyList<int>>? prefixes = null,
        CancellationToken cancellationToken = default) =>
        scorer.Score(Rows(inputIds, attentionMask), choices, prefixes, cancellationToken);

    /// <summary>A decoder over the rows of a batch.</summary>
    public static IDecoder Decode(this ISequenceModel model, Tensor inputIds, Tensor attentionMask, int rowsPerSource, int maxLength)
    {
        using var sources = model.Encode(Rows(inputIds, attentionMask));
        return sources.StartDecoder(rowsPerSource, maxLength);
    }

    /// <summary>The logits at all positions of a step, <c>[rows, new, vocabulary]</c>.</summary>
    public static Tensor Step(this IDecoder decoder, ISequenceModel model, params int[] tokens)
    {
        decoder.Advance(tokens);
        var logits = new float[tokens.Length * model.VocabularySize];
        decoder.GetLogits([.. Enumerable.Range(0, tokens.Length)], logits);
        return tensor(logits, [decoder.Rows, tokens.Length / decoder.Rows, model.VocabularySize]);
    }
}
