using SciCoT.Models;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

/// <summary>Models and inputs of a size that costs nothing.</summary>
internal static class TinyModel
{
    public static T5Config Config { get; } = new()
    {
        VocabularySize = 40,
        ModelSize = 12,
        HeadSize = 5,
        Heads = 3,
        FeedForwardSize = 20,
        EncoderLayers = 1,
        DecoderLayers = 2,
        DropoutRate = 0,
    };

    public static T5Config Gated { get; } = Config with { FeedForwardProjection = "gated-gelu", TieWordEmbeddings = false };

    public static T5Model Create(T5Config config, long seed = 1)
    {
        var model = new T5Model(config, seed);
        model.eval();
        return model;
    }

    /// <summary>The logits of two rows, the second one shorter.</summary>
    public static Tensor Logits(T5Model model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var ids = tensor(new long[] { 5, 6, 7, 8, 1, 9, 10, 1, 0, 0 }, [2, 5]);
        return model.forward(ids, ids != 0, tensor(new long[] { 0, 11, 12, 0, 13, 14 }, [2, 3])).MoveToOuterDisposeScope();
    }

    public static double[] Weights(T5Model model) => [.. model.parameters().SelectMany(p => Golden.Numbers(p))];
}
