using System.Runtime.Intrinsics;
using SciCoT.Compute;
using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.TileKernels;
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

    /// <summary>Kernels round nothing beyond the weights and, where those lie in tiles, the inputs of products: with the same weights torch computes the same.</summary>
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
            RoundedWeights.AssertNear(inTorch, Logits(managed), format, kernels);
        }
    }

    /// <summary>Sums of int8 products are exact: whatever instructions add them up, the same bits come of it.</summary>
    [Theory]
    [InlineData(Golden.Gated)]
    [InlineData(Golden.Original)]
    public void Decode_Int8OnEveryKernel_SameBits(string name)
    {
        var all = Int8Kernels.All.Select(int8 =>
        {
            using var model = T5InferenceModel.Load(Golden.Folder(name), WeightFormat.Int8, allowPickle: false, new SimdKernels<Simd128, Vector128<float>>(() => int8));
            int[][] sources = [.. Enumerable.Range(1, 11).Select(length => Enumerable.Range(5, length).Append(1).ToArray())];
            var written = new TextGenerator(model).Generate(sources, new GenerationOptions { MaxNewTokens = 12, NumBeams = 3 });
            return (Logits: Logits(model), Tokens: written.SelectMany(sequence => sequence.TokenIds).ToArray());
        }).ToArray();
        Assert.All(all, result => Assert.Equal(all[^1].Logits, result.Logits));
        Assert.All(all, result => Assert.Equal(all[^1].Tokens, result.Tokens));
    }

    /// <summary>A row of bfloat16 numbers is added up in one order: a batch and its members compute the same bits.</summary>
    [Fact]
    public void Encode_BFloat16_EachSourceAsAlone()
    {
        using var model = T5InferenceModel.Load(Golden.Folder(Golden.Gated), WeightFormat.BFloat16);
        int[][] sources = [.. Enumerable.Range(1, 23).Select(length => Enumerable.Range(5, length).Append(1).ToArray())];
        using var together = model.Encode(sources);
        float[] expected = [.. sources.SelectMany(source =>
        {
            using var alone = model.Encode([source]);
            return ((KernelSources)alone).Memory.ToArray();
        })];
        Assert.Equal(expected, ((KernelSources)together).Memory.ToArray());
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
