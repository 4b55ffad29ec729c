using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

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
