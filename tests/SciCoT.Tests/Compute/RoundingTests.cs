using SciCoT.Compute;
using SciCoT.Tests.Models;
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
        Rounding.Round((uint*)TensorMemory.Address(matrix), (int)matrix.numel(), (ushort*)TensorMemory.Address(rounded));

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
        for (int row = 0; row < rows; row++)
            Rounding.Round((float*)TensorMemory.Address(matrix) + (row * inputs), inputs, (sbyte*)TensorMemory.Address(rounded) + (row * inputs), (float*)TensorMemory.Address(scales) + row);

        var steps = RoundedWeights.Int8Steps(matrix).squeeze(1);
        Assert.Equal(steps.bytes.ToArray(), scales.bytes.ToArray());
        Assert.Equal((matrix / steps.unsqueeze(1)).round().to_type(ScalarType.Int8).bytes.ToArray(), rounded.bytes.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(1003)]
    public void Widen_BFloat16_IsTorchs(int count)
    {
        using var scope = NewDisposeScope();
        var narrow = (randn(count) * 1e3).to_type(ScalarType.BFloat16);
        narrow[0] = float.NegativeInfinity;

        var wide = empty(count);
        Rounding.Widen((ushort*)TensorMemory.Address(narrow), count, (float*)TensorMemory.Address(wide));

        Assert.Equal(narrow.to_type(ScalarType.Float32).bytes.ToArray(), wide.bytes.ToArray());
    }
}
