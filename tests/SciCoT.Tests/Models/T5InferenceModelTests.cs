using SciCoT.Generation;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public sealed class T5InferenceModelTests : IDisposable
{
    private static readonly int[][] Sources = [[5, 6, 7, 8, 1], [9, 10, 1]];

    private readonly TempFolder _folder = new();

    public static TheoryData<string, bool, string> Shapes
    {
        get
        {
            var data = new TheoryData<string, bool, string>();
            foreach (var projection in new[] { "relu", "gated-gelu", "gated-silu", "gelu", "relu6", "relu2", "gated-tanh", "gated-mish", "sigmoid", "leaky_relu", "gated-linear" })
                data.Add(projection, projection.Length % 2 == 0, "t5");
            data.Add("gated-gelu", false, "mt5");
            data.Add("gated-gelu", true, "mt5");
            data.Add("gated-gelu", true, "umt5");
            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Load_AnyShape_ComputesAsTorch(string projection, bool tied, string type)
    {
        using var model = Save(Shape(projection, tied, type));
        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            using var inTorch = T5Model.Load(_folder.Path).Rounded(format);
            inTorch.Kernels = null;
            using var managed = T5InferenceModel.Load(_folder.Path, format);
            RoundedWeights.AssertNear(Logits(inTorch), Logits(managed), format);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Parameters_OfAShape_AreTheModulesOwn(string projection, bool tied, string type)
    {
        var config = Shape(projection, tied, type);
        using var model = new T5Model(config, seed: 1);
        Assert.Equal(
            model.named_parameters().Select(p => $"{p.name} [{string.Join(", ", p.parameter.shape)}]").Order(StringComparer.Ordinal),
            T5Parameters.Of(config).Select(p => $"{p.Name} [{string.Join(", ", p.Shape)}]").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Load_StoredNarrower_IsRoundedFurther(ScalarType stored)
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            model.Save(_folder.Path, stored);
        using var inTorch = T5Model.Load(_folder.Path).Rounded(WeightFormat.Int8);
        inTorch.Kernels = null;
        using var managed = T5InferenceModel.Load(_folder.Path, WeightFormat.Int8);
        RoundedWeights.AssertNear(Logits(inTorch), Logits(managed), WeightFormat.Int8);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Load_StoredNarrower_ComputesInFloat32(ScalarType stored)
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            model.Save(_folder.Path, stored);
        using var inTorch = T5Model.Load(_folder.Path);
        using var managed = T5InferenceModel.Load(_folder.Path);
        Assert.Equal(Logits(inTorch), Logits(managed));
    }

    [Fact]
    public void Load_Shards_AsOneFile()
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            T5Checkpoint.Save(model, _folder.Path, maxShardBytes: 3000);
        using var inTorch = T5Model.Load(_folder.Path);
        using var managed = T5InferenceModel.Load(_folder.Path);
        Assert.Equal(Logits(inTorch), Logits(managed));
    }

    [Fact]
    public void Load_Pickle_OnlyWhereAllowed()
    {
        var pickled = TestFiles.Data("Golden", "tiny-t5-v1_1", "pytorch_model.bin");
        foreach (var file in new[] { pickled, TestFiles.Data("Golden", "tiny-t5-v1_1", "config.json") })
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        using var expected = T5InferenceModel.Load(Path.GetDirectoryName(pickled)!);

        Assert.Contains("allowPickle", Assert.Throws<MissingFileException>(() => T5InferenceModel.Load(_folder.Path)).Message);
        using var model = T5InferenceModel.Load(_folder.Path, WeightFormat.Float32, allowPickle: true);
        Assert.Equal(Logits(expected), Logits(model));
    }

    [Theory]
    [InlineData(WeightFormat.Float32)]
    [InlineData(WeightFormat.BFloat16)]
    [InlineData(WeightFormat.Int8)]
    public void Load_WeightThatIsNoNumber_NamesItsPlace(WeightFormat format)
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
        {
            using (no_grad())
                model.decoder.block[0].FeedForward.DenseReluDense.wo.weight[3, 5] = float.NaN;
            model.Save(_folder.Path);
        }

        var e = Assert.Throws<InvalidFileException>(() => T5InferenceModel.Load(_folder.Path, format));

        Assert.Contains("'decoder.block.0.layer.2.DenseReluDense.wo.weight' holds NaN at [3, 5]", e.Message);
    }

    [Fact]
    public void Load_TensorsOfAnotherConfiguration_NamesThem()
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
        {
            model.Save(_folder.Path);
            (model.Config with { DecoderLayers = model.Config.DecoderLayers + 1 }).Save(_folder.File("config.json"));
        }

        Assert.Contains("missing: decoder.block.", Assert.Throws<InvalidFileException>(() => T5InferenceModel.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_FileOverwrittenAfterwards_ChangesNoAnswer()
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            model.Save(_folder.Path);
        using var loaded = T5InferenceModel.Load(_folder.Path);
        var before = Logits(loaded);

        var file = _folder.File("model.safetensors");
        using (var stream = File.OpenWrite(file))
        {
            stream.Position = new FileInfo(file).Length / 2;
            stream.Write(new byte[1000]);
        }

        Assert.Equal(before, Logits(loaded));
    }

    [Fact]
    public void Disposed_RefusesAndEndsWhatIsUnderWay()
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            model.Save(_folder.Path);
        var loaded = T5InferenceModel.Load(_folder.Path);
        var options = new GenerationOptions { MaxNewTokens = 8, MinNewTokens = 8 };

        Assert.Throws<ObjectDisposedException>(() => new TextGenerator(loaded).Generate(Sources, options, (_, _) => loaded.Dispose(), TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => loaded.Encode(Sources));
        loaded.Dispose();
    }

    [Fact]
    public void Encode_MoreSourcesThanAreTakenAtATime_EachAsAlone()
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            model.Save(_folder.Path);
        using var loaded = T5InferenceModel.Load(_folder.Path);
        var random = new Random(1);
        int[] lengths = [700, 1, 5000, 300, 300, 800, 2, 600, .. Enumerable.Repeat(90, 40)];
        int[][] sources = [.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(2, loaded.VocabularySize)).ToArray())];

        using var together = (KernelSources)loaded.Encode(sources);

        int first = 0;
        foreach (int[] source in sources)
        {
            using var alone = (KernelSources)loaded.Encode([source]);
            Assert.Equal(alone.Memory.ToArray(), together.Memory.Slice(first, alone.Memory.Length).ToArray());
            first += alone.Memory.Length;
        }

        Assert.Equal(together.Memory.Length, first);
    }

    [Fact]
    public void Advance_TokensThatDoNotFit_AreRefused()
    {
        using (var model = TinyModel.Create(TinyModel.Gated))
            model.Save(_folder.Path);
        using var loaded = T5InferenceModel.Load(_folder.Path);
        using var sources = loaded.Encode(Sources);
        using var decoder = sources.StartDecoder(rowsPerSource: 2, maxLength: 2);

        Assert.Contains("4 rows", Assert.Throws<ArgumentException>(() => decoder.Advance([0, 0, 0])).Message);
        Assert.Contains("at most 2", Assert.Throws<ArgumentException>(() => decoder.Advance(new int[12])).Message);
        decoder.Advance([0, 0, 0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetLogits([4], new float[loaded.VocabularySize]));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.GetLogits([0], new float[3]));
    }

    private T5Model Save(T5Config config)
    {
        var model = new T5Model(config, seed: 3);
        model.eval();
        model.Save(_folder.Path);
        return model;
    }

    private static T5Config Shape(string projection, bool tied, string type) => new()
    {
        ModelType = type,
        VocabularySize = 40,
        ModelSize = 16,
        HeadSize = 4,
        Heads = 3,
        FeedForwardSize = 24,
        EncoderLayers = 2,
        DecoderLayers = 2,
        FeedForwardProjection = projection,
        TieWordEmbeddings = tied,
    };

    private static float[] Logits(ISequenceModel model)
    {
        using var sources = model.Encode(Sources);
        using var decoder = sources.StartDecoder(1, 4);
        decoder.Advance([0, 0]);
        decoder.Advance([11, 12, 13, 14]);
        var logits = new float[4 * model.VocabularySize];
        decoder.GetLogits([0, 1, 2, 3], logits);
        return logits;
    }
}
