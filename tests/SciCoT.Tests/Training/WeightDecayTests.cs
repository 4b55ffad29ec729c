using SciCoT.Tests.Models;
using SciCoT.Training.Optimizers;

namespace SciCoT.Tests.Training;

/// <summary>Which weights decay, as in Hugging Face's trainer: neither norms nor what is named a bias.</summary>
public class WeightDecayTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Groups_SpareNormsAndPositionBiasesUnlessAsked(bool norms, bool biases)
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        var groups = ParameterGroup.Of(model, 0.1, norms, biases);

        var decaying = groups.Where(g => g.WeightDecay > 0).SelectMany(g => g.Names).ToArray();
        Assert.Equal(model.named_parameters().Count(), groups.Sum(g => g.Names.Length));
        Assert.Equal(norms, decaying.Any(name => name.Contains("layer_norm")));
        Assert.Equal(biases, decaying.Any(name => name.Contains("relative_attention_bias")));
        Assert.Contains("shared.weight", decaying);
        Assert.Contains("encoder.block.0.layer.0.SelfAttention.q.weight", decaying);
    }

    [Fact]
    public void WithoutDecay_ThereIsOneGroup()
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        Assert.Single(ParameterGroup.Of(model, 0, decayNorms: false, decayPositionBias: false));
    }
}
