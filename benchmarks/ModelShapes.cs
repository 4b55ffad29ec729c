using SciCoT.Models;

namespace SciCoT.Benchmarks;

/// <summary>The shapes that are measured, with random weights.</summary>
internal static class ModelShapes
{
    /// <summary>77 million parameters.</summary>
    public static T5Config FlanSmall { get; } = new()
    {
        VocabularySize = 32128,
        ModelSize = 512,
        HeadSize = 64,
        FeedForwardSize = 1024,
        EncoderLayers = 8,
        DecoderLayers = 8,
        Heads = 6,
        FeedForwardProjection = "gated-gelu",
        TieWordEmbeddings = false,
    };

    /// <summary>248 million parameters.</summary>
    public static T5Config FlanBase { get; } = FlanSmall with { ModelSize = 768, FeedForwardSize = 2048, EncoderLayers = 12, DecoderLayers = 12, Heads = 12 };

    /// <summary>About the size of the mini data set's students.</summary>
    public static T5Config Tiny { get; } = FlanSmall with { VocabularySize = 1300, ModelSize = 64, HeadSize = 16, FeedForwardSize = 192, EncoderLayers = 2, DecoderLayers = 2, Heads = 4 };
}
