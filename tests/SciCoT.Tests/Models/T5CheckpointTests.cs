using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public sealed class T5CheckpointTests : IDisposable
{
    private const string Weights = "model.safetensors";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Golden.Models), MemberType = typeof(Golden))]
    public void HuggingFaceFolder_SurvivesLoadAndSaveByteForByte(string name)
    {
        using var model = T5Model.Load(Golden.Folder(name));
        model.Save(_folder.Path);
        foreach (var file in new[] { Weights, "config.json", "generation_config.json" })
            Assert.True(File.ReadAllBytes(Path.Combine(Golden.Folder(name), file)).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.File(file))), file);
        Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void NewModel_LoadsAsItWasSaved()
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        model.Save(_folder.Path);
        using var loaded = T5Model.Load(_folder.Path);
        Assert.Equal(TinyModel.Gated, loaded.Config);
        Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(loaded));
        Assert.False(loaded.training);
        Assert.All(loaded.parameters(), p => Assert.True(p.requires_grad));
        Assert.Contains("decoder_start_token_id", File.ReadAllText(_folder.File("generation_config.json")));
    }

    [Fact]
    public void LayoutsReplaceEachOther_AndLeaveOtherFilesAlone()
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        File.WriteAllText(_folder.File("model-average.safetensors"), "the user's own");

        T5Checkpoint.Save(model, _folder.Path, maxShardBytes: 3000);
        string[] shards = Shards();
        Assert.True(shards.Length > 3);
        Assert.All(shards[..^1], shard => Assert.True(new FileInfo(shard).Length < 3000 + 2000, shard));
        Assert.False(File.Exists(_folder.File(Weights)));
        Check();

        T5Checkpoint.Save(model, _folder.Path, maxShardBytes: 6000);
        Assert.InRange(Shards().Length, 2, shards.Length - 1);
        Check();

        model.Save(_folder.Path);
        Assert.Empty(Shards());
        Assert.False(File.Exists(_folder.File(ShardIndex.FileName)));
        Check();

        T5Checkpoint.Save(model, _folder.Path, maxShardBytes: 3000);
        Assert.False(File.Exists(_folder.File(Weights)));
        Check();
        Assert.True(File.Exists(_folder.File("model-average.safetensors")));

        string[] Shards() => Directory.GetFiles(_folder.Path, "model-*-of-*.safetensors");

        void Check()
        {
            using var loaded = T5Model.Load(_folder.Path);
            Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(loaded));
        }
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(3000L)]
    public void LoadedModel_IsTrainedInPlaceAndSavedOverItsOwnFolder(long maxShardBytes)
    {
        using var original = TinyModel.Create(TinyModel.Gated);
        T5Checkpoint.Save(original, _folder.Path, maxShardBytes: maxShardBytes);
        var before = Contents();

        using var model = T5Model.Load(_folder.Path);
        using (no_grad())
        {
            foreach (var parameter in model.parameters())
                parameter.mul_(2);
        }

        Assert.Equal(before, Contents());
        T5Checkpoint.Save(model, _folder.Path, maxShardBytes: maxShardBytes);
        using var again = T5Model.Load(_folder.Path);
        var doubled = TinyModel.Weights(original).Select(x => 2 * x).ToArray();
        Assert.Equal(doubled, TinyModel.Weights(again));
        Assert.Equal(doubled, TinyModel.Weights(model));

        Dictionary<string, string> Contents() => Directory.GetFiles(_folder.Path).ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f)));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, "BF16", "bfloat16")]
    [InlineData(ScalarType.Float16, "F16", "float16")]
    public void HalfPrecisionFiles_LoadAsFloat32AndGoBackByteForByte(ScalarType precision, string dtype, string torchName)
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        model.Save(_folder.Path, precision);
        var stored = File.ReadAllBytes(_folder.File(Weights));
        Assert.Contains($"\"{dtype}\"", System.Text.Encoding.Latin1.GetString(stored));
        Assert.Contains($"\"torch_dtype\": \"{torchName}\"", File.ReadAllText(_folder.File("config.json")));

        using var loaded = T5Model.Load(_folder.Path);
        Assert.Equal(ScalarType.Float32, loaded.Precision);
        var (exact, rounded) = (TinyModel.Weights(model), TinyModel.Weights(loaded));
        Assert.All(exact.Zip(rounded), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) / 128 + 1e-7));
        loaded.Save(_folder.Path, precision);
        Assert.Equal(stored, File.ReadAllBytes(_folder.File(Weights)));

        loaded.Save(_folder.Path);
        Assert.Contains("\"torch_dtype\": \"float32\"", File.ReadAllText(_folder.File("config.json")));
        using var again = T5Model.Load(_folder.Path);
        Assert.Equal(rounded, TinyModel.Weights(again));
    }

    [Fact]
    public void Bfloat16Model_IsSavedInItsPrecision()
    {
        using var original = TinyModel.Create(TinyModel.Gated);
        original.Save(_folder.Path);
        using var model = T5Model.Load(_folder.Path, dtype: ScalarType.BFloat16);
        model.Save(_folder.Path);
        using var again = T5Model.Load(_folder.Path, dtype: ScalarType.BFloat16);
        Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(again));
        Assert.Contains("BF16", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder.File(Weights))));
    }

    [Fact]
    public void UnsuitablePrecisions_AreRefusedWithTheReason()
    {
        Assert.Contains("65504", Assert.Throws<ArgumentException>(() => T5Model.Load(Golden.Folder(Golden.Gated), dtype: ScalarType.Float16)).Message);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => T5Model.Load(Golden.Folder(Golden.Gated), dtype: ScalarType.Float64)).Message);
        using var model = TinyModel.Create(TinyModel.Config);
        Assert.Contains("Int8", Assert.Throws<ArgumentException>(() => model.Save(_folder.Path, ScalarType.Int8)).Message);
    }

    [Theory]
    [InlineData(Golden.Gated, "encoder.embed_tokens.weight", false)]
    [InlineData(Golden.Gated, "decoder.embed_tokens.weight", false)]
    [InlineData(Golden.Original, "lm_head.weight", true)]
    public void OtherNamesOfTheEmbedding_AreAcceptedWhenEqualAndRefusedWhenNot(string name, string alias, bool withoutShared)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(name);
        var tensors = Tensors(golden.Model);
        tensors[alias] = tensors["shared.weight"];
        if (withoutShared)
            tensors.Remove("shared.weight");
        Write(golden.Model.Config, tensors);
        using (var loaded = T5Model.Load(_folder.Path))
            Assert.Equal(TinyModel.Weights(golden.Model), TinyModel.Weights(loaded));

        if (withoutShared)
            return;
        tensors[alias] = tensors[alias].clone();
        tensors[alias][3, 5] = 9f;
        Write(golden.Model.Config, tensors);
        var error = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path));
        Assert.Contains(alias, error.Message);
        Assert.Contains("shared.weight", error.Message);
    }

    [Fact]
    public void UnusedBiasOfTheFirstCheckpoints_IsPassedOver()
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(Golden.Original);
        var tensors = Tensors(golden.Model);
        tensors["decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"] = zeros(32, 4);
        Write(golden.Model.Config, tensors);
        using var loaded = T5Model.Load(_folder.Path);
        Assert.Equal(TinyModel.Weights(golden.Model), TinyModel.Weights(loaded));
    }

    [Fact]
    public void TensorsThatDoNotFit_AreAllListed()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Gated);
        var tensors = Tensors(model);
        tensors.Remove("lm_head.weight");
        tensors.Remove("encoder.final_layer_norm.weight");
        tensors["encoder.block.7.layer.0.layer_norm.weight"] = zeros(12);
        tensors["shared.weight"] = zeros(12, 40);
        Write(model.Config, tensors);
        var message = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message;
        Assert.StartsWith(_folder.Path, message);
        Assert.Contains("missing: lm_head.weight", message);
        Assert.Contains("missing: encoder.final_layer_norm.weight", message);
        Assert.Contains("unexpected: encoder.block.7.layer.0.layer_norm.weight", message);
        Assert.Contains("shape: shared.weight should be [40, 12] and is [12, 40]", message);
    }

    [Fact]
    public void HugeConfiguration_IsRefusedBeforeMemoryIsTaken()
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        model.Save(_folder.Path);
        (TinyModel.Gated with { VocabularySize = 1 << 24, ModelSize = 1 << 16 }).Save(_folder.File("config.json"));
        Assert.Contains("parameters", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void MissingFiles_AreNamed()
    {
        Assert.Contains("config.json", Assert.Throws<MissingFileException>(() => T5Model.Load(_folder.Path)).Message);
        TinyModel.Gated.Save(_folder.File("config.json"));
        var message = Assert.Throws<MissingFileException>(() => T5Model.Load(_folder.Path)).Message;
        Assert.Contains($"download {Weights}", message);
        Assert.DoesNotContain("pytorch_model.bin", message);

        File.WriteAllText(_folder.File("pytorch_model.bin"), "");
        Assert.Contains("pytorch_model.bin", Assert.Throws<MissingFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void IntegerWeights_AreRefused()
    {
        using var model = TinyModel.Create(TinyModel.Config);
        model.Save(_folder.Path);
        var path = _folder.File(Weights);
        var bytes = File.ReadAllBytes(path);
        var text = System.Text.Encoding.Latin1.GetString(bytes).Replace("\"F32\"", "\"I32\"");
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(text));
        var message = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message;
        Assert.Contains("I32", message);
        Assert.Contains("BF16", message);
    }

    private static Dictionary<string, Tensor> Tensors(T5Model model) =>
        model.named_parameters().ToDictionary(p => p.name, Tensor (p) => p.parameter.detach());

    private void Write(T5Config config, Dictionary<string, Tensor> tensors)
    {
        config.Save(_folder.File("config.json"));
        SafetensorsWriter.Write(_folder.File(Weights), [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal)], ScalarType.Float32);
    }
}
