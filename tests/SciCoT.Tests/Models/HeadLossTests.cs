using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Fused;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

[Collection(TorchState.Collection)]
public class HeadLossTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1)]
    [InlineData(0.1, 60)] // logits so far apart that most probabilities are zero
    public void Of_EqualsCrossEntropy_InValueAndGradients(double smoothing, double spread)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var hidden = (randn([9, 8], generator: generator) * spread).requires_grad_();
        var weight = randn([30, 8], generator: generator).requires_grad_();
        var labels = arange(9, dtype: ScalarType.Int64) * 3;
        var (hidden2, weight2) = (hidden.detach().requires_grad_(), weight.detach().requires_grad_());

        var factors = rand([9], generator: generator);

        var loss = HeadLoss.Of(hidden, weight, labels, factors, smoothing);
        (loss * 3f).backward(); // as one of several batches is weighed
        var expected = (factors * nn.functional.cross_entropy(hidden2.matmul(weight2.t()), labels, reduction: nn.Reduction.None, label_smoothing: smoothing)).mean();
        (expected * 3f).backward();

        Assert.Equal(expected.item<float>(), loss.item<float>(), 1e-5 * Math.Abs(expected.item<float>()));
        Close(hidden2.grad!, hidden.grad!);
        Close(weight2.grad!, weight.grad!);
    }

    [Theory]
    [InlineData(0, 9, 30)]
    [InlineData(0.1, 133, 700)] // several blocks of positions and words, the last ones not full
    public void Of_InBFloat16_IsNearCrossEntropy_AndHasTheSameBitsOnAnyNumberOfThreads(double smoothing, int positions, int vocabulary)
    {
        Assert.SkipUnless(HalfGemm.IsSupported, "This processor has no AVX512_BF16.");
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);
        var hidden = randn([positions, 24], generator: generator).requires_grad_();
        var weight = randn([vocabulary, 24], generator: generator).requires_grad_();
        var labels = randint(0, vocabulary, [positions], dtype: ScalarType.Int64, generator: generator);
        var factors = rand([positions], generator: generator);
        var expected = (factors * nn.functional.cross_entropy(hidden.matmul(weight.t()), labels, reduction: nn.Reduction.None, label_smoothing: smoothing)).mean();
        (expected * 3f).backward();
        var (expectedHidden, expectedWeight) = (hidden.grad!.clone(), weight.grad!.clone());

        int threads = get_num_threads();
        try
        {
            var (loss, ofHidden, ofWeight) = InHalves(1);
            var (again, ofHidden2, ofWeight2) = InHalves(2);

            Assert.Equal(expected.item<float>(), loss, 5e-3 * Math.Abs(expected.item<float>()));
            Assert.True((expectedHidden - ofHidden).norm().item<float>() <= 0.01 * expectedHidden.norm().item<float>());
            Assert.True((expectedWeight - ofWeight).norm().item<float>() <= 0.01 * expectedWeight.norm().item<float>());
            Assert.Equal(loss, again);
            Assert.Equal(ofHidden.bytes.ToArray(), ofHidden2.bytes.ToArray());
            Assert.Equal(ofWeight.bytes.ToArray(), ofWeight2.bytes.ToArray());
        }
        finally
        {
            set_num_threads(threads);
            Fusion.InHalves = false;
        }

        (float Loss, Tensor OfHidden, Tensor OfWeight) InHalves(int count)
        {
            set_num_threads(count);
            Fusion.InHalves = true;
            (hidden.grad, weight.grad) = (null, null);
            var loss = HeadLoss.Of(hidden, weight, labels, factors, smoothing);
            (loss * 3f).backward();
            return (loss.item<float>(), hidden.grad!.clone(), weight.grad!.clone());
        }
    }

    [Fact]
    public void Of_FrozenHead_GivesTheHiddenGradientOnly()
    {
        using var scope = NewDisposeScope();
        var hidden = randn(4, 8).requires_grad_();
        var weight = randn(30, 8);

        HeadLoss.Of(hidden, weight, tensor(new long[] { 1, 2, 3, 4 }), null, 0).backward();

        Assert.NotNull(hidden.grad);
        Assert.Null(weight.grad);
    }

    private static void Close(Tensor expected, Tensor actual) =>
        Assert.True((expected - actual).abs().max().item<float>() <= 1e-5 * (1 + expected.abs().max().item<float>()), $"{expected} {actual}");
}
