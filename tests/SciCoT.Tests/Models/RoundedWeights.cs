using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Models.T5;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

/// <summary>What a format makes of weights, by torch's operations: rounded, and then float32 again.</summary>
internal static class RoundedWeights
{
    /// <summary>Gives a float32 model the weights that a format would keep.</summary>
    public static T5Model Rounded(this T5Model model, WeightFormat format)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var formats = T5Parameters.Of(model.Config).ToDictionary(parameter => parameter.Name, parameter => parameter.In(format));
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(Rounded(parameter, formats[name]));
        return model;
    }

    /// <summary>
    /// Logits are those of torch with the same rounded weights. Where weights lie in tiles the inputs of every product are rounded too, which
    /// torch does not do: with int8 a step of a row is 1/127 of its largest number, some hundredths of the logits after all layers.
    /// </summary>
    public static void AssertNear(IReadOnlyList<float> inTorch, IReadOnlyList<float> actual, WeightFormat format, IKernels? kernels = null)
    {
        if (format == WeightFormat.Int8)
            Assert.InRange(Norm(actual.Zip(inTorch, (a, b) => a - b)) / Norm(inTorch), 1e-6, 0.1);
        else if (format == WeightFormat.BFloat16 && (kernels ?? Kernels.Best).HalfFormat == NumberFormat.BFloat16Tiles)
            Assert.InRange(Norm(actual.Zip(inTorch, (a, b) => a - b)) / Norm(inTorch), 1e-6, 0.02);
        else
            Assert.InRange(actual.Zip(inTorch, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4);

        static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
    }

    private static Tensor Rounded(Tensor weight, WeightFormat format)
    {
        if (format == WeightFormat.Float32)
            return weight;
        if (format == WeightFormat.BFloat16)
            return weight.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
        var step = Int8Steps(weight);
        return (weight / step).round() * step;
    }

    /// <summary>
    /// What the int8 numbers of each row are multiplied by, <c>[rows, 1]</c>: its largest number becomes 127, or less where four weights whose
    /// products are added up in 16 bits would come to more than 256.
    /// </summary>
    public static Tensor Int8Steps(Tensor matrix)
    {
        long inputs = matrix.shape[1];
        var eights = nn.functional.pad(matrix.abs(), [0, (8 - (inputs % 8)) % 8]).view(matrix.shape[0], -1, 2, 2, 2); // [row, eight, group, half of it, weight]
        var pairs = eights.sum(2);
        var largest = matrix.abs().amax([1], keepdim: true).clamp_min(float.Epsilon);
        return maximum(largest / 127, pairs.sum(-1).amax([1, 2]).unsqueeze(1) / 256);
    }
}
