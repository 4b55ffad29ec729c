using System.Text.Json;
using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models.Lora;

public sealed class LoraAdapterTests : IDisposable
{
    private const string ConfigFile = "adapter_config.json";
    private static readonly LoraConfig Everywhere = new() { Rank = 3, Alpha = 6, TargetModules = ["q", "k", "v", "o", "wi_0", "wi_1", "wo", "lm_head"] };

    private readonly TempFolder _folder = new();
    private readonly T5Model _model = TinyModel.Create(TinyModel.Gated);

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Fresh_ChangesNothing()
    {
        var before = Logits();

        using var adapter = LoraAdapter.Attach(_model, Everywhere, seed: 1);

        Assert.Equal(before, Logits());
    }

    [Fact]
    public void Attached_ComputesBasePlusScaledProduct()
    {
        using var adapter = Filled(new LoraConfig { Rank = 3, Alpha = 6, TargetModules = ["encoder.block.0.layer.0.SelfAttention.q"] });
        var parameters = adapter.Parameters().ToDictionary(p => p.name, p => p.parameter);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var product = parameters["encoder.block.0.layer.0.SelfAttention.q.lora_B.weight"].matmul(parameters["encoder.block.0.layer.0.SelfAttention.q.lora_A.weight"]);
        using var byHand = TinyModel.Create(TinyModel.Gated);
        byHand.encoder.block[0].Self.SelfAttention.q.weight.add_(product * 2); // alpha / r

        Assert.Equal(2, parameters.Count);
        Close(Logits(byHand), Logits(), 1e-5);
        Assert.NotEqual(Logits(TinyModel.Create(TinyModel.Gated)), Logits());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Merged_ComputesAsAttached(bool rankStabilized)
    {
        var adapter = Filled(Everywhere with { UseRankStabilizedScaling = rankStabilized });
        var attached = Logits();

        adapter.Merge();

        Close(attached, Logits(), 2e-5);
        Assert.All(_model.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.Throws<ObjectDisposedException>(() => adapter.Save(_folder.Path));
    }

    [Fact]
    public void Disposed_LeavesTheBaseAsItWas()
    {
        var (logits, weights) = (Logits(), TinyModel.Weights(_model));

        Filled(Everywhere).Dispose();

        Assert.Equal(logits, Logits());
        Assert.Equal(weights, TinyModel.Weights(_model));
        Assert.All(_model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Theory]
    [InlineData("models--google--flan-t5-small/snapshots/0123456789abcdef", "google/flan-t5-small")]
    [InlineData("base", null)]
    public void Saved_NamesItsBase(string folder, string? expected)
    {
        var directory = _folder.File(folder);
        _model.Save(directory);
        using var model = T5Model.Load(directory);
        using var adapter = LoraAdapter.Attach(model, new LoraConfig(), seed: 1);
        adapter.Save(_folder.File("adapter"));
        Assert.Equal(expected ?? directory, LoraConfig.Load(_folder.File("adapter/" + ConfigFile)).BaseModel);
    }

    [Theory]
    [InlineData("base_model.model.shared.weight")]
    [InlineData("base_model.model.lm_head.weight")]
    [InlineData("base_model.model.encoder.embed_tokens.weight")]
    [InlineData("base_model.model.shared.lora_embedding_A")]
    public void AdapterWithEmbeddingsAlong_IsRefusedWithTheRemedy(string name)
    {
        using (var adapter = LoraAdapter.Attach(_model, new LoraConfig(), seed: 1))
        {
            adapter.Save(_folder.Path);
            using var scope = NewDisposeScope();
            SafetensorsWriter.Write(
                _folder.File("adapter_model.safetensors"),
                [.. adapter.Parameters().Select(p => KeyValuePair.Create("base_model.model." + p.name, (Tensor)p.parameter)), KeyValuePair.Create(name, zeros(40, 12))],
                ScalarType.Float32);
        }

        var message = Assert.Throws<InvalidFileException>(() => LoraAdapter.Load(_model, _folder.Path)).Message;
        Assert.Contains(name, message);
        Assert.Contains("merge_and_unload", message);
    }

    [Fact]
    public void SavedAndLoaded_ComputesTheSame()
    {
        using (var adapter = Filled(Everywhere))
            adapter.Save(_folder.Path);
        using var other = TinyModel.Create(TinyModel.Gated);
        using var same = Filled(Everywhere);

        using var loaded = LoraAdapter.Load(other, _folder.Path);

        Assert.Equal(Logits(), Logits(other));
        Assert.Equal(Everywhere, loaded.Config);
        Assert.Equal(same.ParameterCount, loaded.ParameterCount);
    }

    [Fact]
    public void Patterns_SavedAndLoaded_ComputeTheSame()
    {
        var config = Everywhere with { RankPattern = new Dictionary<string, int> { ["q"] = 1, ["wo"] = 3 }, AlphaPattern = new Dictionary<string, double> { ["decoder.*.v"] = 9 } };
        using (var adapter = Filled(config))
            adapter.Save(_folder.Path);
        using (var file = new SafetensorsFile(_folder.File(LoraAdapter.WeightsFileName)))
            Assert.Equal([1, 12], file.Header.Entries.Single(entry => entry.Name.EndsWith("encoder.block.0.layer.0.SelfAttention.q.lora_A.weight", StringComparison.Ordinal)).Shape);
        using var other = TinyModel.Create(TinyModel.Gated);
        using var same = Filled(config);

        using var loaded = LoraAdapter.Load(other, _folder.Path);

        Assert.Equal(Logits(), Logits(other));
        Assert.Equal(config, loaded.Config);
    }

    [Fact]
    public void Saved_HasPeftsKeysAndFields()
    {
        using var adapter = Filled(new LoraConfig { Rank = 2, Alpha = 4, Dropout = 0.1, BaseModel = "google/flan-t5-small" });
        adapter.Save(_folder.Path);

        using var file = new SafetensorsFile(_folder.File(LoraAdapter.WeightsFileName));
        var names = file.Header.Entries.ToDictionary(entry => entry.Name, entry => entry.Shape);
        Assert.Equal([2, 12], names["base_model.model.encoder.block.0.layer.0.SelfAttention.q.lora_A.weight"]);
        Assert.Equal([15, 2], names["base_model.model.decoder.block.1.layer.1.EncDecAttention.v.lora_B.weight"]);
        Assert.Equal(2 * 2 * (1 + 2 + 2), names.Count); // A and B of q and v: an encoder block, two decoder blocks with two attentions each

        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.File(ConfigFile)));
        var fields = json.RootElement;
        Assert.Equal(("LORA", "SEQ_2_SEQ_LM", "none"), (Text("peft_type"), Text("task_type"), Text("bias")));
        Assert.Equal((2, 4.0, 0.1), (fields.GetProperty("r").GetInt32(), fields.GetProperty("lora_alpha").GetDouble(), fields.GetProperty("lora_dropout").GetDouble()));
        Assert.Equal(["q", "v"], fields.GetProperty("target_modules").EnumerateArray().Select(target => target.GetString()));
        Assert.Equal("google/flan-t5-small", Text("base_model_name_or_path"));
        Assert.False(fields.GetProperty("fan_in_fan_out").GetBoolean());

        string? Text(string name) => fields.GetProperty(name).GetString();
    }

    [Fact]
    public void BfloatBase_AdapterStaysInFloat32()
    {
        _model.to(ScalarType.BFloat16);
        var alone = Logits();
        var adapter = Filled(Everywhere);
        Assert.All(adapter.Parameters(), p => Assert.Equal(ScalarType.Float32, p.parameter.dtype));
        var attached = Logits();

        adapter.Merge();

        // bfloat16 has eight bits: merging rounds, but by far less than the adapter changes.
        Assert.True(Distance(attached, Logits()) < Distance(attached, alone) / 10, $"{Distance(attached, Logits())}, {Distance(attached, alone)}");

        static double Distance(double[] x, double[] y) => x.Zip(y).Sum(pair => Math.Abs(pair.First - pair.Second));
    }

    [Fact]
    public void ModelWithAnAdapter_IsNotSavedWithoutIt()
    {
        using var adapter = Filled(Everywhere);

        Assert.Contains(nameof(T5Model.SaveMerged), Assert.Throws<InvalidOperationException>(() => _model.Save(_folder.Path)).Message);
        Assert.Throws<InvalidOperationException>(() => _model.Save(_folder.Path, ScalarType.BFloat16));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    /// <summary>torch's own way of saving a module, which knows nothing of adapters.</summary>
    [Fact]
    public void StateOfAModelWithAnAdapter_HasTheAdapterToo()
    {
        int own = _model.state_dict().Count;
        using var adapter = Filled(Everywhere);
        var attached = Logits();
        Assert.Equal(own + adapter.Parameters().Count(), _model.state_dict().Count);
        Assert.All(_model.state_dict(prefix: "student").Keys, name => Assert.StartsWith("student.", name));
        _model.save(_folder.File("model.dat"));

        using var other = TinyModel.Create(_model.Config, seed: 9);
        Assert.ThrowsAny<Exception>(() => other.load(_folder.File("model.dat"))); // not without the adapter
        using var otherAdapter = LoraAdapter.Attach(other, adapter.Config, seed: 9);
        other.load(_folder.File("model.dat"));
        other.eval();
        Close(attached, Logits(other), 0);
    }

    [Fact]
    public void SaveMerged_WritesWhatTheModelComputes()
    {
        Assert.Throws<InvalidOperationException>(() => _model.SaveMerged(_folder.Path)); // nothing to merge
        using var adapter = Filled(Everywhere);
        var attached = Logits();

        _model.SaveMerged(_folder.Path);

        using (var merged = T5Model.Load(_folder.Path))
            Close(attached, Logits(merged), 2e-5);
        Assert.Equal(attached, Logits()); // still beside the base
        _model.SaveMerged(_folder.Path, ScalarType.BFloat16);
        using (var rounded = T5Model.Load(_folder.Path))
            Close(attached, Logits(rounded), 0.2);
    }

    [Fact]
    public void SecondAdapter_IsRefused()
    {
        using var adapter = LoraAdapter.Attach(_model, Everywhere, seed: 1);

        Assert.Throws<InvalidOperationException>(() => LoraAdapter.Attach(_model, Everywhere, seed: 2));
    }

    [Theory]
    [InlineData("lm_head", "tied")]
    [InlineData("encoder.block.7.layer.0.SelfAttention.q", "no such layer")]
    public void TargetThatTheModelLacks_IsRefused(string target, string expected)
    {
        using var tied = TinyModel.Create(TinyModel.Config);

        var exception = Assert.Throws<ArgumentException>(() => LoraAdapter.Attach(tied, new LoraConfig { TargetModules = ["q", target] }, seed: 1));

        Assert.Contains(expected, exception.Message);
        Assert.Null(tied.Adapter);
        Assert.All(tied.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void AdapterOfAnotherModel_NamesTheTensors()
    {
        using (var adapter = Filled(Everywhere with { TargetModules = ["q", "wo"] }))
            adapter.Save(_folder.Path);
        using var other = TinyModel.Create(TinyModel.Gated with { FeedForwardSize = 24, EncoderLayers = 2 });

        var exception = Assert.Throws<InvalidFileException>(() => LoraAdapter.Load(other, _folder.Path));

        Assert.Contains("shape: base_model.model.decoder.block.0.layer.2.DenseReluDense.wo.lora_A.weight should be [3, 24] and is [3, 20]", exception.Message);
        Assert.Contains("missing: base_model.model.encoder.block.1.layer.0.SelfAttention.q.lora_A.weight", exception.Message);
        Assert.Null(other.Adapter);
    }

    [Fact]
    public void AdapterWithMoreThanItsConfigurationSays_IsRefused()
    {
        using (var adapter = Filled(Everywhere))
            adapter.Save(_folder.Path);
        new LoraConfig { Rank = 3 }.Save(_folder.File(ConfigFile));

        var exception = Assert.Throws<InvalidFileException>(() => LoraAdapter.Load(_model, _folder.Path));

        Assert.Contains("unexpected: base_model.model.decoder.block.0.layer.0.SelfAttention.k.lora_A.weight", exception.Message);
    }

    [Fact]
    public void WeightsMissing_SaysWhatToDo()
    {
        new LoraConfig().Save(_folder.File(ConfigFile));
        File.WriteAllText(_folder.File("adapter_model.bin"), "pickle");

        var exception = Assert.Throws<MissingFileException>(() => LoraAdapter.Load(_model, _folder.Path));

        Assert.Contains("safe_serialization", exception.Message);
    }

    [Fact]
    public void WeightsCutOff_AreRefused()
    {
        using (var adapter = Filled(Everywhere))
            adapter.Save(_folder.Path);
        var path = _folder.File(LoraAdapter.WeightsFileName);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);

        var exception = Assert.Throws<InvalidFileException>(() => LoraAdapter.Load(_model, _folder.Path));

        Assert.Contains(LoraAdapter.WeightsFileName, exception.Message);
        Assert.Null(_model.Adapter);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "infinity")]
    public void WeightThatIsNoNumber_IsRefusedAndTheModelStaysAsItWas(float value, string shown)
    {
        var before = Logits();
        string name;
        using (var adapter = Filled(Everywhere))
        {
            var damaged = adapter.Parameters().First();
            name = damaged.name;
            using (no_grad())
                damaged.parameter[1, 2] = value;
            adapter.Save(_folder.Path);
        }

        var exception = Assert.Throws<InvalidFileException>(() => LoraAdapter.Load(_model, _folder.Path));

        Assert.Contains($"{_folder.File(LoraAdapter.WeightsFileName)}: tensor 'base_model.model.{name}' holds {shown} at [1, 2]", exception.Message);
        Assert.Null(_model.Adapter);
        Assert.Equal(before, Logits());
    }

    private double[] Logits() => Logits(_model);

    private static double[] Logits(T5Model model)
    {
        using var logits = TinyModel.Logits(model);
        return Golden.Numbers(logits);
    }

    private static void Close(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));

    /// <summary>An adapter as if it had been trained: both matrices have values.</summary>
    private LoraAdapter Filled(LoraConfig config)
    {
        var adapter = LoraAdapter.Attach(_model, config, seed: 7);
        using var _ = no_grad();
        using var generator = new Generator(9, CPU);
        foreach (var (_, parameter) in adapter.Parameters())
            parameter.normal_(0, 0.2, generator);
        return adapter;
    }
}
