using System.Text;
using SciCoT.Checkpoints;
using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Students;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Models;

/// <summary>Checkpoints that are stored as they are kept in memory.</summary>
public sealed class WeightExportTests : IDisposable
{
    private static readonly int[][] Sources = [[5, 6, 7, 8, 1], [9, 10, 1]];

    private readonly TempFolder _folder = new();

    public static TheoryData<string, WeightFormat> Exports =>
        new MatrixTheoryData<string, WeightFormat>([Golden.Gated, Golden.Original], Enum.GetValues<WeightFormat>());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Exports))]
    public void Export_Loaded_ComputesAsTheOriginalInThatFormatBitForBit(string name, WeightFormat format)
    {
        using var original = T5InferenceModel.Load(Golden.Folder(name), format);
        original.Save(_folder.Path);
        foreach (var asked in Enum.GetValues<WeightFormat>().Where(asked => asked <= format))
        {
            using var exported = T5InferenceModel.Load(_folder.Path, asked);
            Assert.Equal(format, exported.WeightFormat);
            Assert.Equal(original.Config.TieWordEmbeddings, exported.Config.TieWordEmbeddings);
            Assert.Equal(Logits(original), Logits(exported));
        }

        long stored = new FileInfo(_folder.File("model.safetensors")).Length, whole = new FileInfo(Path.Combine(Golden.Folder(name), "model.safetensors")).Length;
        Assert.InRange((double)stored / whole, format switch { WeightFormat.Int8 => 0.2, WeightFormat.BFloat16 => 0.45, _ => 0.9 }, format switch { WeightFormat.Int8 => 0.5, WeightFormat.BFloat16 => 0.6, _ => 1.1 });
    }

    [Fact]
    public void Export_OfATiedModelThatDoesNotScale_StaysTied()
    {
        using (var model = new T5Model(TinyModel.Gated with { ModelType = "umt5", TieWordEmbeddings = true, ScaleDecoderOutputs = false }, seed: 1))
            model.Save(_folder.File("original"));
        using var original = T5InferenceModel.Load(_folder.File("original"), WeightFormat.Int8);
        original.Save(_folder.File("export"));
        using var exported = T5InferenceModel.Load(_folder.File("export"));
        Assert.True(exported.Config is { TieWordEmbeddings: true, ScalesHead: false });
        Assert.Equal(Logits(original), Logits(exported));
    }

    [Fact]
    public void Int8Export_InTorch_IsRefusedWithTheReason()
    {
        Export(WeightFormat.Int8);
        Assert.Contains("rounded to int8 by an export", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void BFloat16Export_InTorch_IsRead()
    {
        Export(WeightFormat.BFloat16);
        using var model = T5Model.Load(_folder.Path);
        using var rounded = T5InferenceModel.Load(Golden.Folder(Golden.Gated), WeightFormat.BFloat16, allowPickle: false, Kernels.All[^1]);
        model.Kernels = null;
        Assert.InRange(Logits(model).Zip(Logits(rounded), (a, b) => Math.Abs(a - b)).Max(), 0, 1e-4);
    }

    [Theory]
    [InlineData("decoder.block.0.layer.0.SelfAttention.q.weight_scale", "xecoder.block.0.layer.0.SelfAttention.q.weight_scale", "expected 'decoder.block.0.layer.0.SelfAttention.q.weight_scale'")]
    [InlineData("\"int8\"", "\"int2\"", "in the format 'int2'")]
    [InlineData("\"scicot.weights\"", "\"scicot.mystery\"", "unexpected")]
    public void DamagedExport_IsRefusedWithThePlace(string from, string to, string says)
    {
        Export(WeightFormat.Int8);
        var path = _folder.File("model.safetensors");
        var bytes = File.ReadAllBytes(path);
        int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(from));
        Encoding.ASCII.GetBytes(to).CopyTo(bytes, at);
        File.WriteAllBytes(path, bytes);

        var message = Assert.Throws<InvalidFileException>(() => T5InferenceModel.Load(_folder.Path)).Message;
        Assert.Contains(_folder.Path, message);
        Assert.Contains(says, message);
    }

    [Fact]
    public void ScaleThatIsNaN_IsRefusedWithItsTensor()
    {
        Export(WeightFormat.Int8);
        var scale = Header().Entries.First(entry => entry.Name.EndsWith("_scale", StringComparison.Ordinal));
        Overwrite(scale.Name, BitConverter.GetBytes(float.NaN));

        Assert.Contains($"'{scale.Name}' holds NaN at [0]", Assert.Throws<InvalidFileException>(() => T5InferenceModel.Load(_folder.Path)).Message);
    }

    /// <summary>Files that others wrote, or earlier versions, may hold rows whose sums of products need more than 16 bits.</summary>
    [Fact]
    public void RowWithoutRoomForSums_IsRoundedAgain()
    {
        const string Name = "decoder.block.0.layer.0.SelfAttention.q.weight";
        Export(WeightFormat.Int8);
        int inputs = (int)Header().Entries.Single(entry => entry.Name == Name).Shape[1];
        const float Scale = 0.01f;
        Overwrite(Name, Bytes(127));
        Overwrite(Name + "_scale", BitConverter.GetBytes(Scale));
        float[] actual = [.. Kernels.All.SelectMany(kernels => Logits(kernels))];

        // The same weights, as they are rounded here.
        Overwrite(Name, Bytes(64));
        Overwrite(Name + "_scale", BitConverter.GetBytes(127 * Scale / 64));
        Assert.Equal(Kernels.All.SelectMany(kernels => Logits(kernels)), actual);

        float[] Logits(IKernels kernels)
        {
            using var model = T5InferenceModel.Load(_folder.Path, WeightFormat.Int8, allowPickle: false, kernels);
            return WeightExportTests.Logits(model);
        }

        byte[] Bytes(byte weight) => [.. Enumerable.Repeat(weight, inputs)];
    }

    [Fact]
    public void Export_OfANarrowerExport_IsRefused()
    {
        Export(WeightFormat.Int8);
        File.Copy(TestFiles.Data("Tokenizer", "tiny-identity.model"), _folder.File("spiece.model"));
        Assert.Contains("cannot be exported as float32", Assert.Throws<SciCoTException>(() => StudentModels.Export(_folder.Path, _folder.File("again"), WeightFormat.Float32, allowPickle: false)).Message);
    }

    private SafetensorsHeader Header()
    {
        var path = _folder.File("model.safetensors");
        using var stream = File.OpenRead(path);
        return SafetensorsHeader.Read(path, stream);
    }

    /// <summary>Writes over a tensor's first bytes.</summary>
    private void Overwrite(string tensor, byte[] bytes)
    {
        var header = Header();
        using var file = File.OpenWrite(_folder.File("model.safetensors"));
        file.Position = header.DataStart + header.Entries.Single(entry => entry.Name == tensor).Begin;
        file.Write(bytes);
    }

    private void Export(WeightFormat format)
    {
        using var model = T5InferenceModel.Load(Golden.Folder(Golden.Gated), format);
        model.Save(_folder.Path);
    }

    private static float[] Logits(ISequenceModel model)
    {
        using var sources = model.Encode(Sources);
        using var decoder = sources.StartDecoder(1, 4);
        decoder.Advance([0, 0]);
        decoder.Advance([11, 12]);
        var logits = new float[2 * model.VocabularySize];
        decoder.GetLogits([0, 1], logits);
        return logits;
    }
}
