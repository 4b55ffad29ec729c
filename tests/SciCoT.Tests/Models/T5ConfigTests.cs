using SciCoT.Models;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Models;

public sealed class T5ConfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EmptyFile_MeansTheDefaultsOfHuggingFace()
    {
        var config = Load("{}");
        Assert.Equal(new T5Config(), config);
        Assert.Equal((32128, 512, 64, 2048, 6, 6, 8), (config.VocabularySize, config.ModelSize, config.HeadSize, config.FeedForwardSize, config.EncoderLayers, config.DecoderLayers, config.Heads));
        Assert.Equal((32, 128, 0.1, 1e-6, 1.0), (config.RelativeAttentionBuckets, config.RelativeAttentionMaxDistance, config.DropoutRate, config.LayerNormEpsilon, config.InitializerFactor));
        Assert.Equal(("relu", true, 0, 1, 0), (config.FeedForwardProjection, config.TieWordEmbeddings, config.PadTokenId, config.EosTokenId, config.DecoderStartTokenId));
    }

    [Fact]
    public void WholeNumbersWithAPoint_AreRead()
    {
        var config = Load("""{"d_model": 768.0, "num_layers": 2.0, "eos_token_id": [1.0], "layer_norm_epsilon": 1e-06}""");
        Assert.Equal((768, 2, 1, 1e-6), (config.ModelSize, config.EncoderLayers, config.EosTokenId, config.LayerNormEpsilon));
        Assert.Contains("d_model must be an integer; got 768.5", Assert.Throws<InvalidFileException>(() => Load("""{"d_model": 768.5}""")).Message);
    }

    [Fact]
    public void AdapterWithoutItsBase_IsSaidToBeOne()
    {
        File.WriteAllText(_folder.File("adapter_config.json"), "{}");
        Assert.Contains("an adapter without its base", Assert.Throws<MissingFileException>(() => T5Config.Load(_folder.File("config.json"))).Message);
    }

    [Fact]
    public void DefaultsThatDependOnOtherKeys_FollowThem()
    {
        var config = Load("""{"num_layers": 3, "pad_token_id": 5, "num_decoder_layers": null}""");
        Assert.Equal((3, 5), (config.DecoderLayers, config.DecoderStartTokenId));
        var multilingual = Load("""{"model_type": "mt5"}""");
        Assert.Equal(("gated-gelu", false), (multilingual.FeedForwardProjection, multilingual.TieWordEmbeddings));
    }

    [Theory]
    [InlineData(Golden.Gated)]
    [InlineData(Golden.Original)]
    public void HuggingFaceFile_SurvivesLoadAndSaveByteForByte(string model) =>
        SurvivesByteForByte(Path.Combine(Golden.Folder(model), "config.json"));

    [Fact]
    public void FlanT5Small_SurvivesLoadAndSaveByteForByte()
    {
        var path = TestFiles.Shared("tokenizer", "flan-t5-small.config.json");
        SurvivesByteForByte(path);
        var config = T5Config.Load(path);
        Assert.Equal((512, 64, 1024, 8, 8, 6), (config.ModelSize, config.HeadSize, config.FeedForwardSize, config.EncoderLayers, config.DecoderLayers, config.Heads));
        Assert.True(config is { IsGated: true, TieWordEmbeddings: false, VocabularySize: 32128 });
        Assert.Equal(76_961_152, config.ParameterCount);
    }

    [Fact]
    public void UnknownKeys_SurviveWithTheirOrderAndSpelling()
    {
        const string Json = """{"b": {"deep": [1, 2.50, 1e-06, null]}, "d_model": 64, "a": "„ü“ <b>", "dropout_rate": 0.10, "n_positions": 512}""";
        var saved = Save(Load(Json) with { ModelSize = 128 });
        var keys = System.Text.Json.Nodes.JsonNode.Parse(saved)!.AsObject().Select(p => p.Key).ToList();
        Assert.Equal(["b", "d_model", "a", "dropout_rate", "n_positions"], keys.Take(5));
        Assert.Contains("2.50", saved);
        Assert.Contains("1e-06", saved);
        Assert.Contains("\"dropout_rate\": 0.10", saved);
        Assert.Contains("\"d_model\": 128", saved);
        Assert.Equal("„ü“ <b>", (string?)System.Text.Json.Nodes.JsonNode.Parse(saved)!["a"]);
    }

    [Fact]
    public void NewConfiguration_ReadsBackEqual()
    {
        var config = TinyModel.Gated with { DropoutRate = 0.25, PadTokenId = 3, DecoderStartTokenId = 2, LayerNormEpsilon = 1e-5 };
        var saved = Save(config);
        Assert.Equal(config, T5Config.Load(_folder.File("saved.json")));
        Assert.Contains("\"model_type\": \"t5\"", saved);
        Assert.Contains("\"dense_act_fn\": \"gelu_new\"", saved);
        Assert.DoesNotContain("torch_dtype", saved);
    }

    [Theory]
    [InlineData("\"torch_dtype\": \"float32\"", "\"torch_dtype\": \"bfloat16\"")]
    [InlineData("\"dtype\": \"float32\"", "\"dtype\": \"bfloat16\"")]
    [InlineData("\"d_model\": 64", "\"torch_dtype\": \"bfloat16\"")]
    public void StoredPrecision_GoesUnderTheKeyThatTheFileUses(string before, string after)
    {
        Load($"{{{before}}}").Save(_folder.File("saved.json"), "bfloat16");
        var saved = File.ReadAllText(_folder.File("saved.json"));
        Assert.Contains(after, saved);
        Assert.DoesNotContain("float32", saved);
    }

    [Theory]
    [InlineData("vocab_size", "0")]
    [InlineData("vocab_size", "99999999999")]
    [InlineData("d_model", "-1")]
    [InlineData("d_model", "1.5")]
    [InlineData("d_model", "\"64\"")]
    [InlineData("d_kv", "0")]
    [InlineData("d_ff", "[1]")]
    [InlineData("num_layers", "0")]
    [InlineData("num_layers", "100000")]
    [InlineData("num_decoder_layers", "-2")]
    [InlineData("num_heads", "true")]
    [InlineData("relative_attention_num_buckets", "3")]
    [InlineData("relative_attention_max_distance", "16")]
    [InlineData("dropout_rate", "1")]
    [InlineData("dropout_rate", "\"much\"")]
    [InlineData("layer_norm_epsilon", "0")]
    [InlineData("initializer_factor", "-0.5")]
    [InlineData("feed_forward_proj", "\"gated-cubic\"")]
    [InlineData("feed_forward_proj", "7")]
    [InlineData("tie_word_embeddings", "\"yes\"")]
    [InlineData("pad_token_id", "32128")]
    [InlineData("eos_token_id", "-1")]
    [InlineData("decoder_start_token_id", "{}")]
    [InlineData("model_type", "\"bart\"")]
    public void BadValue_IsRefusedByNameWithTheFile(string key, string value)
    {
        var error = Assert.Throws<InvalidFileException>(() => Load($"{{\"{key}\": {value}}}"));
        Assert.Contains(key, error.Message);
        Assert.Contains(value.Trim('"'), error.Message);
        Assert.StartsWith(_folder.File("config.json"), error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"d_model\": 64")]
    [InlineData("{\"d_model\": 64, \"d_model\": 32}")]
    [InlineData("{\"d_model\": NaN}")]
    public void FileThatIsNoSoundObject_IsRefused(string json) =>
        Assert.StartsWith(_folder.File("config.json"), Assert.Throws<InvalidFileException>(() => Load(json)).Message);

    [Fact]
    public void FileThatIsTooLargeOrTooDeepOrMissing_IsRefused()
    {
        Assert.Throws<InvalidFileException>(() => Load("{\"a\": \"" + new string('x', 1 << 20) + "\"}"));
        Assert.Throws<InvalidFileException>(() => Load("{\"a\": " + new string('[', 100_000) + new string(']', 100_000) + "}"));
        Assert.Contains("config.json", Assert.Throws<MissingFileException>(() => T5Config.Load(_folder.File("absent.json"))).Message);
    }

    private T5Config Load(string json)
    {
        File.WriteAllText(_folder.File("config.json"), json);
        return T5Config.Load(_folder.File("config.json"));
    }

    private string Save(T5Config config)
    {
        config.Save(_folder.File("saved.json"));
        return File.ReadAllText(_folder.File("saved.json"));
    }

    private void SurvivesByteForByte(string path)
    {
        T5Config.Load(path).Save(_folder.File("saved.json"));
        Assert.Equal(File.ReadAllText(path), File.ReadAllText(_folder.File("saved.json")));
    }
}
