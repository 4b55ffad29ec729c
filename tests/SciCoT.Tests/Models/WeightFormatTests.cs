using SciCoT.Compute;
using SciCoT.Models;
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
        using var exact = T5InferenceModel.Load(Golden.Folder(name));
        using var rounded = T5InferenceModel.Load(Golden.Folder(name), format);
        float[] expected = Logits(exact), actual = Logits(rounded);

        double error = Norm(actual.Zip(expected, (a, b) => a - b)) / Norm(expected);
        Assert.InRange(error, 1e-6, format == WeightFormat.Int8 ? 0.1 : 0.05);
        Assert.Equal(format, rounded.WeightFormat);

        static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
    }

    /// <summary>Kernels round nothing beyond the weights and, with int8, the inputs of products: with the same weights torch computes the same.</summary>
    [Theory]
    [MemberData(nameof(Rounded))]
    public void Decode_RoundedInKernels_AsInTorch(string name, WeightFormat format)
    {
        using var model = T5Model.Load(Golden.Folder(name)).Rounded(format);
        model.Kernels = null;
        var inTorch = Logits(model);
        foreach (var kernels in Kernels.All)
        {
            using var managed = T5InferenceModel.Load(Golden.Folder(name), format, allowPickle: false, kernels);
            RoundedWeights.AssertNear(inTorch, Logits(managed), format);
        }
    }

    [Fact]
    public void Load_FormatThatIsNone_IsRefused() =>
        Assert.Contains("7", Assert.Throws<ArgumentException>(() => T5InferenceModel.Load(Golden.Folder(Golden.Gated), (WeightFormat)7)).Message);

    /// <summary>On other devices torch computes, in the precisions that it has.</summary>
    [Fact]
    public void Load_ForTorchsDevices_InItsPrecisionsOnly()
    {
        foreach (var (format, precision) in new[] { (WeightFormat.Float32, ScalarType.Float32), (WeightFormat.BFloat16, ScalarType.BFloat16) })
        {
            using var model = (T5Model)new TorchDeviceModels().Load(Golden.Folder(Golden.Gated), "cpu", format, allowPickle: false);
            Assert.Equal(precision, model.Precision);
        }

        Assert.Contains("BFloat16", Assert.Throws<SciCoTException>(() => new TorchDeviceModels().Load(Golden.Folder(Golden.Gated), "cuda:1", WeightFormat.Int8, allowPickle: false)).Message);
    }

    private static float[] Logits(ISequenceModel model)
    {
        using var sources = model.Encode([[5, 6, 7, 8, 1], [9, 10, 1]]);
        using var decoder = sources.StartDecoder(rowsPerSource: 2, maxLength: 3);
        decoder.Advance([0, 0, 0, 0]);
        decoder.Select([1, 0, 3, 3]);
        decoder.Advance([11, 12, 13, 14, 15, 16, 17, 18]);
        var logits = new float[8 * model.VocabularySize];
        decoder.GetLogits([0, 1, 2, 3, 4, 5, 6, 7], logits);
        return logits;
    }
}
