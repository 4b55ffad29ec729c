using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Fused;
using SciCoT.Models.Layers;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Fused;

/// <summary>Layers computed as one operation against the same layers computed by torch, operation by operation.</summary>
[Collection(TorchState.Collection)]
public sealed class FusionTests : IDisposable
{
    public FusionTests() => Assert.SkipUnless(Gemm.IsSupported, "This processor has neither AVX-512 nor AVX2: layers are computed by torch alone.");

    public void Dispose()
    {
        Fusion.Enabled = true;
        Fusion.InHalves = false;
        DropoutMask.Stream = null;
    }

    public static TheoryData<string, int, int, double> Shapes => new()
    {
        { "gated-gelu", 16, 1, 0 },
        { "gated-gelu", 16, 3, 0.1 },
        { "gated-silu", 5, 2, 0.3 },
        { "relu", 33, 3, 0 },
        { "relu", 7, 4, 0.2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LossAndGradients_AreThoseOfTorch(string projection, int headSize, int heads, double dropout)
    {
        using var scope = NewDisposeScope();
        using var model = Model(projection, headSize, heads, dropout);
        model.train();
        var (ids, mask, labels) = Batch(sourceLengths: [37, 5, 21], targetLengths: [9, 18, 1]);

        var (fusedLoss, fused) = LossAndGradients(model, ids, mask, labels, isFused: true);
        var (torchLoss, separate) = LossAndGradients(model, ids, mask, labels, isFused: false);

        Assert.Equal(torchLoss, fusedLoss, 1e-5);
        Assert.Equal(separate.Count, fused.Count);
        foreach (var (name, expected) in separate)
        {
            double size = expected.abs().max().item<float>();
            Assert.True(size > 0, name);
            double difference = (expected - fused[name]).abs().max().item<float>();
            Assert.True(difference <= 2e-5 * size + 1e-7, $"{name}: off by {difference} of {size}");
        }
    }

    [Fact]
    public void Outputs_AreThoseOfTorch()
    {
        using var scope = NewDisposeScope();
        using var model = Model("gated-gelu", 16, 3, dropout: 0);
        model.train();
        var (ids, mask, labels) = Batch([1, 64, 30], [4, 33, 2]);
        var decoderIds = model.ShiftRight(labels);

        var fused = model.forward(ids, mask, decoderIds);
        Fusion.Enabled = false;
        var expected = model.forward(ids, mask, decoderIds);

        Assert.True((fused - expected).abs().max().item<float>() < 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NumberOfThreads_DoesNotChangeABit(bool inHalves)
    {
        Assert.SkipUnless(!inHalves || HalfGemm.IsSupported, "This processor has no AVX512_BF16.");
        Fusion.InHalves = inHalves;
        using var scope = NewDisposeScope();
        using var model = Model("gated-gelu", 16, 3, 0.1);
        model.train();
        var (ids, mask, labels) = Batch([64, 40, 33, 50], [33, 12, 5, 20]);
        int threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var (loss, one) = LossAndGradients(model, ids, mask, labels, isFused: true);
            set_num_threads(2);
            var (again, two) = LossAndGradients(model, ids, mask, labels, isFused: true);

            Assert.Equal(loss, again);
            Assert.All(one, gradient => Assert.Equal(gradient.Value.bytes.ToArray(), two[gradient.Key].bytes.ToArray()));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void GradientCheckpointing_GivesTheSameGradients()
    {
        using var scope = NewDisposeScope();
        using var model = Model("gated-gelu", 16, 3, 0.1);
        model.train();
        var (ids, mask, labels) = Batch([20, 11], [9, 4]);

        var (_, expected) = LossAndGradients(model, ids, mask, labels, isFused: true);
        model.UseGradientCheckpointing(true);
        var (_, actual) = LossAndGradients(model, ids, mask, labels, isFused: true);

        Assert.All(expected, gradient => Assert.True((gradient.Value - actual[gradient.Key]).abs().max().item<float>() < 1e-6, gradient.Key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MixedPrecision_LossAndGradients_AreNearThoseOfFloat32(string projection, int headSize, int heads, double dropout)
    {
        Assert.SkipUnless(HalfGemm.IsSupported, "This processor has no AVX512_BF16.");
        using var scope = NewDisposeScope();
        using var model = Model(projection, headSize, heads, dropout);
        model.train();
        var (ids, mask, labels) = Batch(sourceLengths: [37, 5, 21], targetLengths: [9, 18, 1]);
        var (exactLoss, exact) = LossAndGradients(model, ids, mask, labels, isFused: true);

        using (new MixedPrecision(model, ScalarType.BFloat16))
        {
            Assert.True(Fusion.InHalves);
            Assert.All(model.modules().OfType<T5Linear>(), linear => Assert.Null(linear.Compute));
            var (loss, mixed) = LossAndGradients(model, ids, mask, labels, isFused: true);
            Assert.NotEqual(exactLoss, loss);
            Assert.Equal(exactLoss, loss, 0.01 * exactLoss);
            foreach (var (name, expected) in exact)
                Assert.True((expected - mixed[name]).norm().item<float>() <= 0.1 * expected.norm().item<float>(), name);
        }

        Assert.False(Fusion.InHalves);
        Assert.Equal(exactLoss, LossAndGradients(model, ids, mask, labels, isFused: true).Loss);
    }

    private static T5Model Model(string projection, int headSize, int heads, double dropout) => new(
        new T5Config
        {
            VocabularySize = 90,
            ModelSize = 40,
            HeadSize = headSize,
            Heads = heads,
            FeedForwardSize = 72,
            EncoderLayers = 2,
            DecoderLayers = 2,
            FeedForwardProjection = projection,
            DropoutRate = dropout,
            TieWordEmbeddings = true,
        },
        seed: 3);

    private static (double Loss, Dictionary<string, Tensor> Gradients) LossAndGradients(T5Model model, Tensor ids, Tensor mask, Tensor labels, bool isFused)
    {
        Fusion.Enabled = isFused;
        DropoutMask.Stream = 5;
        model.zero_grad(set_to_none: true);
        var loss = model.Loss(ids, mask, labels);
        loss.backward();
        return (loss.item<float>(), model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone()));
    }

    private static (Tensor Ids, Tensor Mask, Tensor Labels) Batch(int[] sourceLengths, int[] targetLengths)
    {
        var random = new Random(4);
        int source = sourceLengths.Max(), target = targetLengths.Max();
        var (ids, mask, labels) = (new long[sourceLengths.Length, source], new long[sourceLengths.Length, source], new long[sourceLengths.Length, target]);
        for (int row = 0; row < sourceLengths.Length; row++)
        {
            for (int i = 0; i < sourceLengths[row]; i++)
                (ids[row, i], mask[row, i]) = (random.Next(2, 90), 1);
            for (int i = 0; i < target; i++)
                labels[row, i] = i < targetLengths[row] ? random.Next(2, 90) : T5Model.IgnoredLabel;
        }

        return (tensor(ids), tensor(mask), tensor(labels));
    }
}
