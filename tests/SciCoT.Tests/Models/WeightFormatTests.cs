using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Models.T5;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public class WeightFormatTests
{
    public static TheoryData<string, WeightFormat> Rounded =>
        new MatrixTheoryData<string, WeightFormat>([Golden.Gated, Golden.Original], [WeightFormat.BFloat16, WeightFormat.Int8]);

    [Theory]
    [MemberData(nameof(Rounded))]
    public void Load_Rounded_LogitsNearTheExactOnes(string name, WeightFormat format)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var exact = T5Model.Load(Golden.Folder(name));
        using var rounded = T5Model.Load(Golden.Folder(name), weightFormat: format);
        Tensor expected = TinyModel.Logits(exact), actual = TinyModel.Logits(rounded);

        double error = ((actual - expected).norm() / expected.norm()).item<float>();
        Assert.InRange(error, 1e-6, 0.05);
        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.Equal((format, ScalarType.Float32), (rounded.WeightFormat, rounded.Precision));
    }

    /// <summary>Kernels round nothing beyond what the weights are rounded to: with the same weights torch computes the same.</summary>
    [Theory]
    [MemberData(nameof(Rounded))]
    public void Decode_RoundedInKernels_AsInTorch(string name, WeightFormat format)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var model = T5Model.Load(Golden.Folder(name), weightFormat: format);
        var ids = tensor(new long[] { 5, 6, 7, 8, 1, 9, 10, 1, 0, 0 }, [2, 5]);
        var mask = (ids != 0).to_type(ScalarType.Int64);
        var inTorch = Logits(null);
        foreach (var kernels in Kernels.All)
            Assert.True((Logits(kernels) - inTorch).abs().max().item<float>() < 1e-4, $"{kernels.GetType()} differs from torch");

        Tensor Logits(IKernels? kernels)
        {
            model.Kernels = kernels;
            using var state = model.Decode(ids, mask, 2, 3);
            Assert.Equal(kernels is not null, state is KernelDecoderState);
            state.Advance([0, 0, 0, 0]);
            state.Select([1, 0, 3, 3]);
            return state.Step(model, 11, 12, 13, 14, 15, 16, 17, 18);
        }
    }

    [Fact]
    public void Load_Rounded_TakesLessMemory()
    {
        long[] bytes = [.. Enum.GetValues<WeightFormat>().Select(format =>
        {
            using var model = T5Model.Load(Golden.Folder(Golden.Gated), weightFormat: format);
            return model.parameters().Sum(parameter => parameter.numel() * parameter.element_size());
        })];
        Assert.InRange(bytes[1], 0.5 * bytes[0], 0.52 * bytes[0]);
        Assert.True(bytes[2] < bytes[1]);
    }

    [Theory]
    [MemberData(nameof(Rounded))]
    public void Rounded_TrainingOrSaving_IsRefused(string name, WeightFormat format)
    {
        using var model = T5Model.Load(Golden.Folder(name), weightFormat: format);
        Assert.Contains(format.ToString(), Assert.Throws<InvalidOperationException>(() => model.train()).Message);
        Assert.Contains(format.ToString(), Assert.Throws<InvalidOperationException>(() => model.Save(Path.GetTempPath())).Message);
        model.eval();
    }

    [Fact]
    public void Load_RoundedWithAnotherPrecision_IsRefused()
    {
        Assert.Contains("Int8", Assert.Throws<ArgumentException>(() => T5Model.Load(Golden.Folder(Golden.Gated), dtype: ScalarType.BFloat16, weightFormat: WeightFormat.Int8)).Message);
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => T5Model.Load(Golden.Folder(Golden.Gated), weightFormat: (WeightFormat)7)).Message);
    }
}
