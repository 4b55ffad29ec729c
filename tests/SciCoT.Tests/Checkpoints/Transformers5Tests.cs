using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Checkpoints;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Tests.Models;
using SciCoT.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Checkpoints;

/// <summary>Checkpoints as transformers 5 writes them, and ours as transformers 4 and 5 read them.</summary>
public sealed class Transformers5Tests : IDisposable
{
    private const string Weights = "model.safetensors";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, 9.67009)] // the stored head is the model's own
    [InlineData(false, 26.7290)] // none is stored: tied, and not scaled
    public void GoldenFolderOfTransformers5_GivesTheReferencesLoss(bool withHead, double expected)
    {
        WriteGolden(withHead);
        using var model = T5Model.Load(_folder.Path);
        Assert.Equal(expected, Loss(model), 5e-5);
        Assert.Equal(!withHead, model.Config.TieWordEmbeddings);
    }

    [Theory]
    [InlineData("t5", null, true, 6.9947)] // as transformers 4 has it: tied is scaled
    [InlineData("t5", true, true, 6.9947)]
    [InlineData("t5", false, true, 26.7290)]
    [InlineData("t5", true, false, 6.9947)] // by its own key, whatever the other says
    [InlineData("mt5", null, true, 26.7290)] // never scaled
    [InlineData("mt5", true, true, 26.7290)]
    [InlineData("umt5", false, true, 26.7290)]
    public void TiedHead_IsScaledAsTheFileSays(string modelType, bool? scales, bool tied, double expected)
    {
        WriteGolden(withHead: false, config =>
        {
            config["model_type"] = modelType;
            config["tie_word_embeddings"] = tied;
            config.Remove("scale_decoder_outputs");
            if (scales is not null)
                config["scale_decoder_outputs"] = scales;
        }, biasInEachLayer: modelType == "umt5");
        using var model = T5Model.Load(_folder.Path);
        if (modelType != "umt5")
            Assert.Equal(expected, Loss(model), 5e-5);
        Assert.Equal(expected < 10, model.Config.ScalesHead);
        CheckBothReadings(model);
    }

    [Theory]
    [InlineData("t5", "relu", true, null, false)] // tied and scaled, which both versions take an absent key for
    [InlineData("t5", "gated-gelu", false, false, true)]
    [InlineData("mt5", "gated-gelu", false, false, true)]
    [InlineData("mt5", "gated-gelu", true, false, true)] // tied and not scaled: 4 needs the head, 5 its own key
    [InlineData("umt5", "gated-gelu", true, null, false)]
    [InlineData("umt5", "gated-gelu", false, false, true)]
    public void WrittenFolder_HasTheKeysAndTensorsThatBothVersionsRead(string modelType, string projection, bool tied, bool? written, bool storesHead)
    {
        using (var model = TinyModel.Create(TinyModel.Config with { ModelType = modelType, FeedForwardProjection = projection, TieWordEmbeddings = tied, PadTokenId = 3, EosTokenId = 4, DecoderStartTokenId = 5 }))
            model.Save(_folder.Path, ScalarType.BFloat16);

        var config = Read("config.json");
        Dictionary<string, string> expected = new()
        {
            ["architectures"] = $"[\"{modelType.ToUpperInvariant()}ForConditionalGeneration\"]",
            ["model_type"] = $"\"{modelType}\"",
            ["is_encoder_decoder"] = "true",
            ["use_cache"] = "true",
            ["vocab_size"] = "40",
            ["d_model"] = "12",
            ["d_kv"] = "5",
            ["d_ff"] = "20",
            ["num_layers"] = "1",
            ["num_decoder_layers"] = "2",
            ["num_heads"] = "3",
            ["relative_attention_num_buckets"] = "32",
            ["relative_attention_max_distance"] = "128",
            ["feed_forward_proj"] = $"\"{projection}\"",
            ["dense_act_fn"] = projection == "relu" ? "\"relu\"" : "\"gelu_new\"",
            ["is_gated_act"] = projection == "relu" ? "false" : "true",
            ["pad_token_id"] = "3",
            ["eos_token_id"] = "4",
            ["decoder_start_token_id"] = "5",
            ["torch_dtype"] = "\"bfloat16\"", // 5 reads this key as well as dtype
        };
        Assert.All(expected, key => Assert.Equal(key.Value, config[key.Key]?.ToJsonString()));
        Assert.Equal(written, (bool?)config["tie_word_embeddings"]);
        Assert.Equal(tied && storesHead ? false : null, (bool?)config["scale_decoder_outputs"]);
        Assert.DoesNotContain("hidden_size", config.Select(key => key.Key));
        var generation = Read("generation_config.json");
        Assert.Equal((3, 4, 5, true), ((int)generation["pad_token_id"]!, (int)generation["eos_token_id"]!, (int)generation["decoder_start_token_id"]!, (bool)generation["_from_model_config"]!));

        using var file = new SafetensorsFile(_folder.File(Weights));
        string[] names = [.. file.Header.Entries.Select(entry => entry.Name)];
        Assert.Equal(storesHead, names.Contains("lm_head.weight"));
        Assert.Contains("shared.weight", names);
        Assert.DoesNotContain(names, name => name.Contains("embed_tokens", StringComparison.Ordinal));
        Assert.Equal(modelType == "umt5" ? 3 : 2, names.Count(name => name.EndsWith("SelfAttention.relative_attention_bias.weight", StringComparison.Ordinal)));
        Assert.All(file.Header.Entries, entry => Assert.Equal("BF16", entry.Dtype));
        Assert.Contains("\"format\":\"pt\"", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder.File(Weights)), 8, 200)); // 4 refuses a file that does not say so

        JsonObject Read(string name) => JsonNode.Parse(File.ReadAllText(_folder.File(name)))!.AsObject();
    }

    /// <summary>transformers 5 checks a configuration's types, and to it 1 is no float.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("1")] // as versions before wrote it
    [InlineData("1.0")]
    public void WrittenConfiguration_HasNumbersOfTheTypesThatTransformers5Checks(string? initializerFactor)
    {
        var path = _folder.File("config.json");
        var config = TinyModel.Config with { DropoutRate = 0, InitializerFactor = 1 };
        if (initializerFactor is not null)
        {
            File.WriteAllText(path, $$"""{"model_type": "t5", "vocab_size": 40, "initializer_factor": {{initializerFactor}}, "dropout_rate": 0, "layer_norm_epsilon": 1e-06}""");
            config = T5Config.Load(path);
        }

        config.Save(path);
        using var written = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var key in new[] { "initializer_factor", "dropout_rate", "layer_norm_epsilon" })
            Assert.Matches(@"[.eE]", written.RootElement.GetProperty(key).GetRawText());
        foreach (var key in new[] { "vocab_size", "d_model", "d_kv", "d_ff", "num_layers", "num_decoder_layers", "num_heads", "relative_attention_num_buckets", "relative_attention_max_distance", "pad_token_id", "eos_token_id", "decoder_start_token_id" })
            Assert.Matches(@"^\d+$", written.RootElement.GetProperty(key).GetRawText());
        Assert.Equal(config, T5Config.Load(path));
    }

    [Theory]
    [InlineData("t5", null)]
    [InlineData("t5", true)]
    [InlineData("mt5", null)]
    public void StoredHeadThatDiffers_IsTheModelsOwnAndNotScaled(string modelType, bool? scales)
    {
        WriteGolden(withHead: true, config =>
        {
            config["model_type"] = modelType;
            config["tie_word_embeddings"] = true;
            config.Remove("scale_decoder_outputs");
            if (scales is not null)
                config["scale_decoder_outputs"] = scales;
        });
        using var model = T5Model.Load(_folder.Path);
        Assert.Equal(9.67009, Loss(model), 5e-5);
        CheckBothReadings(model);
    }

    [Fact]
    public void TiedModelWithoutScaling_StaysTiedWhenSavedAndLoaded()
    {
        WriteGolden(withHead: false);
        using var model = T5Model.Load(_folder.Path);
        model.Save(_folder.Path);
        using var again = T5Model.Load(_folder.Path);
        Assert.Equal(model.Config, again.Config);
        Assert.Null(again.lm_head);
        Assert.Equal(Loss(model), Loss(again));
    }

    [Fact]
    public void OwnHeadThatEqualsTheEmbedding_StaysOneInAFileOfTransformers4()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Gated);
        using (no_grad())
            model.lm_head!.weight.copy_(model.shared.weight);
        model.Save(_folder.Path);
        using var loaded = T5Model.Load(_folder.Path);
        Assert.NotNull(loaded.lm_head);
    }

    [Fact]
    public void Umt5_HasABiasInEachLayerAndComputesAlikeInTorchAndKernels()
    {
        using var scope = NewDisposeScope();
        var config = TinyModel.Config with { ModelType = "umt5", EncoderLayers = 3, FeedForwardProjection = "gated-gelu" };
        using (var model = TinyModel.Create(config))
        {
            using var _ = no_grad();
            foreach (var (name, parameter) in model.named_parameters())
            {
                if (name.Contains("relative_attention_bias"))
                    parameter.mul_(5);
            }

            Assert.Equal(5, model.named_parameters().Count(p => p.name.EndsWith("relative_attention_bias.weight", StringComparison.Ordinal)));
            Assert.Equal(config.ParameterCount, model.parameters().Sum(p => p.numel()));
            model.Save(_folder.Path);
        }

        var saved = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!;
        Assert.Equal("umt5", (string?)saved["model_type"]);
        Assert.Equal("UMT5ForConditionalGeneration", (string?)saved["architectures"]![0]);

        using var loaded = T5Model.Load(_folder.Path);
        var expected = Golden.Numbers(TinyModel.Logits(loaded));
        Assert.Equal(expected, Decoded(loaded, kernels: true), Within(1e-4));
        Assert.Equal(expected, Decoded(loaded, kernels: false), Within(1e-4));
        var layered = expected;
        using (no_grad()) // the second layer's own bias counts
            loaded.decoder.block[1].Self.SelfAttention.relative_attention_bias!.weight.zero_();
        Assert.NotEqual(layered, Golden.Numbers(TinyModel.Logits(loaded)));
    }

    [Fact]
    public void Umt5_LearnsWithEachLayersBias()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Config with { ModelType = "umt5" });
        model.train();
        var ids = tensor(new long[] { 5, 6, 7, 1 }, [1, 4]);
        model.Loss(ids, ids != 0, tensor(new long[] { 8, 9, 1 }, [1, 3])).backward();
        Assert.All(
            model.named_parameters().Where(p => p.name.EndsWith("relative_attention_bias.weight", StringComparison.Ordinal)),
            p => Assert.True(p.parameter.grad!.norm().item<float>() > 0, p.name));
    }

    [Theory]
    [InlineData("""{"architectures": ["UMT5ForConditionalGeneration"]}""", "umt5")]
    [InlineData("""{"architectures": ["MT5ForConditionalGeneration"]}""", "mt5")]
    [InlineData("""{"architectures": ["T5ForConditionalGeneration"]}""", "t5")]
    [InlineData("""{}""", "t5")]
    public void FileWithoutModelType_IsOfItsArchitecture(string json, string expected) => Assert.Equal(expected, Config(json).ModelType);

    [Fact]
    public void SynonymsAndListsOfOne_AreRead()
    {
        var config = Config("""{"hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 2, "head_dim": 8, "eos_token_id": [1], "pad_token_id": [0], "decoder_start_token_id": [0]}""");
        Assert.Equal((24, 3, 2, 2, 8, 1), (config.ModelSize, config.Heads, config.EncoderLayers, config.DecoderLayers, config.HeadSize, config.EosTokenId));
        config.Save(_folder.File("config.json"));
        var saved = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!.AsObject();
        Assert.Equal(24, (int)saved["d_model"]!);
        Assert.False(saved.ContainsKey("hidden_size"));
    }

    [Theory]
    [InlineData("""{"hidden_size": 24, "d_model": 32}""", "hidden_size")]
    [InlineData("""{"eos_token_id": [1, 2]}""", "eos_token_id")]
    [InlineData("""{"eos_token_id": []}""", "eos_token_id")]
    [InlineData("""{"scale_decoder_outputs": "no"}""", "scale_decoder_outputs")]
    [InlineData("""{"model_type": "blip-2", "text_config": {"model_type": "t5"}}""", "text_config")]
    public void ContradictionsAndUnknownKinds_AreNamed(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidFileException>(() => Config(json)).Message);

    [Theory]
    [InlineData("""{"dense_act_fn": "gelu_new", "is_gated_act": true}""", "gated-gelu_new", "gelu_new")]
    [InlineData("""{"feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu_new", "is_gated_act": true}""", "gated-gelu", "gelu_new")]
    [InlineData("""{"feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu"}""", "gated-gelu_python", "gelu_python")]
    [InlineData("""{"feed_forward_proj": "relu", "dense_act_fn": "silu"}""", "silu", "silu")]
    [InlineData("""{"feed_forward_proj": "gated-silu"}""", "gated-silu", "silu")]
    public void WhatTransformersDerived_CountsWhereItDiffers(string json, string projection, string activation)
    {
        var config = Config(json);
        Assert.Equal(projection, config.FeedForwardProjection);
        Assert.Equal(activation, T5Activation.NameOf(config.FeedForwardProjection));
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.")]
    [InlineData("t5.")]
    [InlineData("module._orig_mod.")]
    [InlineData("_orig_mod.module.model.")]
    public void NamesWithAPrefix_AreReadWithoutIt(string prefix)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Gated);
        Write(model.Config, Tensors(model).Select(t => KeyValuePair.Create(prefix + t.Key, t.Value)));
        using (var loaded = T5Model.Load(_folder.Path))
            Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(loaded));

        Write(model.Config, Tensors(model).Select(t => KeyValuePair.Create(t.Key == "lm_head.weight" ? t.Key : prefix + t.Key, t.Value)));
        using var mixed = T5Model.Load(_folder.Path);
        Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(mixed));
    }

    [Fact]
    public void TensorsThatNoT5Has_AreLeftOutAndNamed()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Gated);
        var tensors = Tensors(model);
        tensors["value_head.weight"] = zeros(3);
        tensors["decoder.block.1.layer.1.EncDecAttention.relative_attention_bias.weight"] = zeros(32, 3);
        Write(model.Config, tensors);
        using var loaded = T5Model.Load(_folder.Path);
        Assert.Equal(["value_head.weight"], loaded.LeftOutTensors);

        tensors["encoder.block.0.layer.0.SelfAttention.q.bias"] = zeros(15); // would change what is computed
        Write(model.Config, tensors);
        Assert.Contains("q.bias", Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message);
    }

    [Fact]
    public void EncoderAlone_IsNamedWithTheRemedyAndAtMostTwentyNames()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Config with { DecoderLayers = 6 });
        Write(model.Config, Tensors(model).Where(t => !t.Key.StartsWith("decoder.", StringComparison.Ordinal)));
        var message = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path)).Message;
        Assert.Contains("encoder alone", message);
        Assert.Contains("T5ForConditionalGeneration", message);
        Assert.Equal(20, message.Split("missing: ").Length - 1);
        Assert.Contains("more", message);
    }

    [Theory]
    [InlineData("tf_model.h5", "from_tf=True")]
    [InlineData("flax_model.msgpack", "from_flax=True")]
    [InlineData("model-q4_k.gguf", "GGUF")]
    [InlineData("decoder_model_merged.onnx", "ONNX")]
    [InlineData("rust_model.ot", "rust-bert")]
    [InlineData("adapter_model.safetensors", "LoraAdapter.Load")]
    [InlineData("model-00001-of-00002.safetensors", "model.safetensors.index.json")]
    [InlineData("weights.safetensors", "rename it to model.safetensors")]
    [InlineData("checkpoint.pt", "allow-pickle")]
    [InlineData("pytorch_model.bin", "allow-pickle")]
    public void FolderWithOtherFormatsOnly_IsToldTheirRemedy(string file, string remedy)
    {
        TinyModel.Config.Save(_folder.File("config.json"));
        File.WriteAllText(_folder.File(file), "x");
        var message = Assert.Throws<MissingFileException>(() => T5Model.Load(_folder.Path)).Message;
        Assert.Contains(file, message);
        Assert.Contains(remedy, message);
    }

    [Theory]
    [InlineData(Weights)]
    [InlineData("config.json")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("pytorch_model.bin")]
    public void PointersAndPages_AreNamedForWhatTheyAre(string file)
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        model.Save(_folder.Path);
        if (file != "config.json")
            File.Delete(_folder.File(Weights));
        File.Copy(TestFiles.Data("Cases", "checkpoints", "git-lfs-pointer.txt"), _folder.File(file), overwrite: true);
        Assert.Contains("is a Git LFS pointer, not the file: git lfs pull", Message());
        File.WriteAllText(_folder.File(file), "\n<!DOCTYPE html><html><body>Sign in</body></html>");
        Assert.Contains("is an HTML page", Message());

        string Message()
        {
            var message = Assert.Throws<InvalidFileException>(() => T5Model.Load(_folder.Path, allowPickle: true)).Message;
            Assert.StartsWith(_folder.File(file), message);
            return message;
        }
    }

    [Fact]
    public void HeaderWithLeadingWhiteSpace_IsRead()
    {
        using var model = TinyModel.Create(TinyModel.Gated);
        model.Save(_folder.Path);
        var bytes = File.ReadAllBytes(_folder.File(Weights));
        byte[] spaced = [.. BitConverter.GetBytes(BitConverter.ToInt64(bytes) + 8), .. " \n\t\r    "u8, .. bytes[8..]];
        File.WriteAllBytes(_folder.File(Weights), spaced);
        using var loaded = T5Model.Load(_folder.Path);
        Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(loaded));
    }

    [Theory]
    [InlineData("lm_head.weight")]
    [InlineData("encoder.embed_tokens.weight")]
    public void IndexThatListsATiedNameWhichAShardDropped_IsRead(string name)
    {
        using var model = TinyModel.Create(TinyModel.Config);
        T5Checkpoint.Save(model, _folder.Path, maxShardBytes: 3000);
        var path = _folder.File(ShardIndex.FileName);
        var index = JsonNode.Parse(File.ReadAllText(path))!;
        index["weight_map"]![name] = (string)index["weight_map"]!["shared.weight"]!;
        File.WriteAllText(path, index.ToJsonString());
        using var loaded = T5Model.Load(_folder.Path);
        Assert.Equal(TinyModel.Weights(model), TinyModel.Weights(loaded));
    }

    /// <summary>Saves a model and computes what each version of transformers makes of the folder: the matrix of the head and its scaling.</summary>
    private void CheckBothReadings(T5Model model)
    {
        using var scope = NewDisposeScope();
        var expected = Golden.Numbers(TinyHead(model.lm_head?.weight ?? model.shared.weight, model.Config.ScalesHead));
        model.Save(_folder.Path);
        var config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!.AsObject();
        using var file = new SafetensorsFile(_folder.File(Weights));
        var shared = Read("shared.weight")!;
        var head = Read("lm_head.weight");
        bool mt5 = (string?)config["model_type"] == "mt5";
        bool tied = (bool?)config["tie_word_embeddings"] ?? !mt5;

        Assert.Equal(expected, Golden.Numbers(TinyHead(tied ? shared : head!, tied))); // 4: scaled where tied
        bool scales = !mt5 && ((bool?)config["scale_decoder_outputs"] ?? tied);
        Assert.Equal(expected, Golden.Numbers(TinyHead(head ?? shared, scales))); // 5: by its own key; a stored head is read

        Tensor? Read(string name) => file.Header.Entries.SingleOrDefault(entry => entry.Name == name) is { } entry ? file.Read(entry, ScalarType.Float32) : null;

        static Tensor TinyHead(Tensor matrix, bool scaled) => scaled ? matrix.narrow(0, 0, 4) * 0.125 : matrix.narrow(0, 0, 4); // 64^-0.5
    }

    /// <summary>The logits of the tiny model's rows as a search computes them, token by token.</summary>
    private static double[] Decoded(T5Model model, bool kernels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var before = model.Kernels;
        if (!kernels)
            model.Kernels = null;
        try
        {
            var ids = tensor(new long[] { 5, 6, 7, 8, 1, 9, 10, 1, 0, 0 }, [2, 5]);
            var mask = ids != 0;
            using var state = model.Decode(ids, mask, 1, 3);
            return Golden.Numbers(cat([state.Step(model, 0, 0), state.Step(model, 11, 13), state.Step(model, 12, 14)], 1));
        }
        finally
        {
            model.Kernels = before;
        }
    }

    private static IEqualityComparer<double[]> Within(double tolerance) =>
        EqualityComparer<double[]>.Create((a, b) => a!.Length == b!.Length && a.Zip(b).All(pair => Math.Abs(pair.First - pair.Second) < tolerance), a => a.Length);

    private static double Loss(T5Model model)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var golden = new Golden(Golden.Gated);
        var data = golden.Case("small_full_logits");
        return model.Loss(Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("labels"))).ToDouble();
    }

    private void WriteGolden(bool withHead, Action<JsonObject>? change = null, bool biasInEachLayer = false)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(Golden.Gated);
        var tensors = Tensors(golden.Model);
        if (!withHead)
            tensors.Remove("lm_head.weight");
        if (biasInEachLayer)
        {
            foreach (var block in new[] { "encoder.block.1", "decoder.block.1", "decoder.block.2" })
                tensors[$"{block}.layer.0.SelfAttention.relative_attention_bias.weight"] = zeros(32, 4);
        }

        Write(golden.Model.Config, tensors);
        var config = JsonNode.Parse(File.ReadAllText(TestFiles.Data("Cases", "checkpoints", "transformers5-v1_1.config.json")))!.AsObject();
        change?.Invoke(config);
        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
    }

    private static Dictionary<string, Tensor> Tensors(T5Model model) => model.named_parameters().ToDictionary(p => p.name, Tensor (p) => p.parameter.detach());

    private void Write(T5Config config, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        config.Save(_folder.File("config.json"));
        SafetensorsWriter.Write(_folder.File(Weights), [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal)], ScalarType.Float32);
    }

    private T5Config Config(string json)
    {
        File.WriteAllText(_folder.File("config.json"), json);
        return T5Config.Load(_folder.File("config.json"));
    }
}
