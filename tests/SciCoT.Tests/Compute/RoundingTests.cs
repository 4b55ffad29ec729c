using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Tests.Compute;

public sealed unsafe class RoundingTests
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

        var rounded = empty(matrix.shape, dtype: ScalarType.BFloat16);
        Rounding.ToBFloat16(2, (float*)TensorMemory.Address(matrix), matrix.numel(), (ushort*)TensorMemory.Address(rounded));

        Assert.Equal(matrix.to_type(ScalarType.BFloat16).bytes.ToArray(), rounded.bytes.ToArray());
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

        var (rounded, scales) = (empty(matrix.shape, dtype: ScalarType.Int8), empty(rows));
        Rounding.ToInt8(2, (float*)TensorMemory.Address(matrix), rows, inputs, (sbyte*)TensorMemory.Address(rounded), (float*)TensorMemory.Address(scales));


        var steps = matrix.abs().amax([1]).clamp_min(float.Epsilon) / 127;
        Assert.Equal(steps.bytes.ToArray(), scales.bytes.ToArray());
        Assert.Equal((matrix / steps.unsqueeze(1)).round().to_type(ScalarType.Int8).bytes.ToArray(), rounded.bytes.ToArray());
    }
}
