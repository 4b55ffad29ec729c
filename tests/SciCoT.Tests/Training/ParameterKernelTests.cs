using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Tests.Training;

public class ParameterKernelTests
{
    private const int More = (1 << 16) + 37; // more than a part of a pass, and no whole number of vectors

    [Fact]
    public void AdamW_IsThatOfTorch()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        Tensor[] parameters = [randn([3], generator: generator), randn([More], generator: generator)];
        Tensor[] expected = Copies(parameters), first = Zeros(parameters), second = Zeros(parameters), first2 = Zeros(parameters), second2 = Zeros(parameters);
        for (int step = 1; step <= 5; step++)
        {
            var gradients = Array.ConvertAll(parameters, p => randn(p.shape, generator: generator) * 0.1f);
            ParameterKernels.AdamW(parameters, gradients, first, second, new AdamWUpdate(step, 1e-2, 0.9, 0.999, 1e-8, 0.01, gradientScale: 0.5));

            TensorKernels.Scale(gradients, 0.5);
            TensorKernels.Run("adamw_", [expected, gradients, first2, second2], step, 1e-2, 0.9, 0.999, 1e-8, 0.01);
        }

        Assert.All(parameters.Zip(expected), pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() < 2e-6));
        Assert.All(second.Zip(second2), pair => Assert.True((pair.First - pair.Second).abs().max().item<float>() < 1e-9));

        static Tensor[] Copies(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => tensor.clone());
        static Tensor[] Zeros(Tensor[] tensors) => Array.ConvertAll(tensors, tensor => zeros_like(tensor));
    }

    [Fact]
    public void Norm_IsThatOfAllTensors()
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors = [full([More], 3f), full([2, 2], 4f)];

        Assert.True(ParameterKernels.Apply(tensors));
        Assert.Equal(Math.Sqrt((9d * More) + 64), ParameterKernels.Norm(tensors), 1e-6 * 3 * Math.Sqrt(More));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Norm_OfOneNumberThatIsNotFinite_IsNotFinite(float value)
    {
        using var scope = NewDisposeScope();
        var tensor = ones([100]);
        tensor[70] = value;

        Assert.False(double.IsFinite(ParameterKernels.Norm([tensor])));
    }

    [Fact]
    public void Apply_ToWhatLiesOtherwise_IsNotPossible()
    {
        using var scope = NewDisposeScope();

        Assert.False(ParameterKernels.Apply([ones([2, 3]).t()]));
        Assert.False(ParameterKernels.Apply([ones([2], dtype: ScalarType.BFloat16)]));
    }
}
