using SciCoT.Compute;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public sealed class DropoutMaskTests : IDisposable
{
    public DropoutMaskTests() => DropoutMask.Stream = 7;

    public void Dispose() => DropoutMask.Stream = null;

    [Theory]
    [InlineData(0.1, ScalarType.Float32)]
    [InlineData(0.5, ScalarType.Float32)]
    [InlineData(0.1, ScalarType.BFloat16)]
    public void Draw_DropsTheShare_AndKeepsTheExpectation(double rate, ScalarType precision)
    {
        using var scope = NewDisposeScope();
        var mask = DropoutMask.Draw(zeros(1000, 999, dtype: precision), rate).to_type(ScalarType.Float64);

        Assert.Equal(rate, mask.eq(0).to_type(ScalarType.Float64).mean().item<double>(), 0.002); // four standard errors
        Assert.Equal(1, mask.mean().item<double>(), 0.006);
        Assert.Equal(2, mask.unique().output.numel());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Draw_AnyLength_IsFilledToItsEnd(int length)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(length);
        for (int i = 0; i < 200; i++)
            sum.add_(DropoutMask.Draw(sum, 0.5).gt(0));

        Assert.All(sum.data<float>().ToArray(), count => Assert.InRange(count, 60, 140));
    }

    [Fact]
    public void Draw_NeighboursAreIndependent()
    {
        using var scope = NewDisposeScope();
        var dropped = DropoutMask.Draw(zeros(1 << 20), 0.25).eq(0);

        foreach (int distance in new[] { 1, 2, 4, 8, 16, 32, 64 })
        {
            var both = dropped.narrow(0, 0, (1 << 20) - distance).logical_and(dropped.narrow(0, distance, (1 << 20) - distance));
            Assert.Equal(0.0625, both.to_type(ScalarType.Float64).mean().item<double>(), 0.0015);
        }
    }

    [Fact]
    public void Draw_IsAFunctionOfTheStream()
    {
        using var scope = NewDisposeScope();
        var like = zeros(100, 10);
        var first = DropoutMask.Draw(like, 0.3);
        var second = DropoutMask.Draw(like, 0.3);
        DropoutMask.Stream = 7;

        Assert.Equal(first.bytes.ToArray(), DropoutMask.Draw(like, 0.3).bytes.ToArray());
        Assert.NotEqual(first.bytes.ToArray(), second.bytes.ToArray());
    }

    [Fact]
    public void WithoutAStream_EachDrawDiffers()
    {
        using var scope = NewDisposeScope();
        DropoutMask.Stream = null;
        var like = zeros(1000);

        Assert.NotEqual(DropoutMask.Draw(like, 0.5).bytes.ToArray(), DropoutMask.Draw(like, 0.5).bytes.ToArray());
    }
}
