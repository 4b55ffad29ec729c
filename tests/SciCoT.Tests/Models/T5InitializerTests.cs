using SciCoT.Models;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

[Collection(TorchState.Collection)]
public class T5InitializerTests
{
    private static readonly T5Config Config = new()
    {
        VocabularySize = 300,
        ModelSize = 64,
        HeadSize = 8,
        Heads = 6,
        FeedForwardSize = 100,
        EncoderLayers = 1,
        DecoderLayers = 2,
        InitializerFactor = 0.5,
        TieWordEmbeddings = false,
    };

    [Theory]
    [InlineData("relu")]
    [InlineData("gated-gelu")]
    public void Weights_HaveTheDeviationsOfHuggingFace(string projection)
    {
        using var model = new T5Model(Config with { FeedForwardProjection = projection }, 7);
        Assert.True(model.training);
        foreach (var (name, parameter) in model.named_parameters())
        {
            var values = Golden.Numbers(parameter);
            if (name.EndsWith("layer_norm.weight", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0.5, value));
                continue;
            }

            double expected = 0.5 * name.Split('.')[^2] switch
            {
                "shared" or "lm_head" => 1,
                "q" => 1 / Math.Sqrt(64 * 8),
                "k" or "v" or "wi" or "wi_0" or "wi_1" or "relative_attention_bias" => 1 / Math.Sqrt(64),
                "o" => 1 / Math.Sqrt(6 * 8),
                "wo" => 1 / Math.Sqrt(100),
                _ => throw new InvalidOperationException(name),
            };

            // Four standard errors of a deviation and of a mean over n values.
            double deviation = Math.Sqrt(values.Sum(x => x * x) / values.Length);
            Assert.True(Math.Abs(deviation / expected - 1) < 4 / Math.Sqrt(2 * values.Length), $"{name}: {deviation} instead of {expected}");
            Assert.True(Math.Abs(values.Average()) < 4 * expected / Math.Sqrt(values.Length), name);
        }
    }

    [Fact]
    public void EqualSeeds_GiveEqualWeights_AndLeaveTheDefaultGeneratorAlone()
    {
        using var before = random.get_rng_state();
        using T5Model first = new(Config, 3), same = new(Config, 3), other = new(Config, -4);
        using var after = random.get_rng_state();
        Assert.Equal(TinyModel.Weights(first), TinyModel.Weights(same));
        Assert.NotEqual(TinyModel.Weights(first), TinyModel.Weights(other));
        Assert.Equal(before.bytes.ToArray(), after.bytes.ToArray());
    }

    [Fact]
    public void DefaultDtype_DoesNotChangeTheModel()
    {
        set_default_dtype(ScalarType.Float64);
        try
        {
            using var model = new T5Model(Config, 3);
            using var loaded = T5Model.Load(Golden.Folder(Golden.Gated));
            Assert.Equal(ScalarType.Float32, model.Precision);
            Assert.Equal(ScalarType.Float32, loaded.Precision);
            using var logits = TinyModel.Logits(loaded);
            Assert.Equal(ScalarType.Float32, logits.dtype);
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
        }
    }
}
