using SciCoT.Models.Inference;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models.Inference;

public sealed class RoundingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 33)]
    [InlineData(130, 64)]
    [InlineData(7, 1000)]
    public void BFloat16_IsTorchs(int rows, int inputs)
    {
        using var scope = NewDisposeScope();
        var matrix = randn(rows, inputs) * randn(rows, 1).exp();

        Assert.Equal(matrix.to_type(ScalarType.BFloat16).bytes.ToArray(), Rounding.ToBFloat16(matrix).bytes.ToArray());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 33)]
    [InlineData(130, 64)]
    [InlineData(7, 1000)]
    public void Int8_IsTheNearestMultipleOfTheRowsStep(int rows, int inputs)
    {
        using var scope = NewDisposeScope();
        var matrix = randn(rows, inputs) * randn(rows, 1).exp();
        matrix[0] = zeros(inputs);

        var (rounded, scales) = Rounding.ToInt8(matrix);

        var steps = matrix.abs().amax([1]).clamp_min(float.Epsilon) / 127;
        Assert.Equal(steps.bytes.ToArray(), scales!.bytes.ToArray());
        Assert.Equal((matrix / steps.unsqueeze(1)).round().to_type(ScalarType.Int8).bytes.ToArray(), rounded.bytes.ToArray());
    }
}
