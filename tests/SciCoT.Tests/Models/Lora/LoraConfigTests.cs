using SciCoT.Models;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Models.Lora;

public sealed class LoraConfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PeftsFile_IsRead()
    {
        var config = Load("""
            {
              "alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": "google/flan-t5-large", "bias": "none", "corda_config": null,
              "eva_config": null, "exclude_modules": null, "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true,
              "layer_replication": null, "layers_pattern": null, "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 32,
              "lora_bias": false, "lora_dropout": 0.05, "megatron_config": null, "megatron_core": "megatron.core", "modules_to_save": null,
              "peft_type": "LORA", "r": 16, "rank_pattern": {}, "revision": null, "target_modules": ["v", "q"],
              "task_type": "SEQ_2_SEQ_LM", "use_dora": false, "use_rslora": true
            }
            """);

        Assert.Equal(new LoraConfig { Rank = 16, Alpha = 32, Dropout = 0.05, TargetModules = ["v", "q"], UseRankStabilizedScaling = true, BaseModel = "google/flan-t5-large" }, config);
        Assert.Equal(8, config.Scaling);
    }

    [Fact]
    public void Patterns_GiveLayersTheirOwnShapeAsInPeft()
    {
        var config = Load("""{"r": 8.0, "lora_alpha": 16, "rank_pattern": {"decoder.*.v": 2, "v": 4, "^encoder.block.0.layer.0.SelfAttention.q": 3}, "alpha_pattern": {"SelfAttention\\.v": 1e1}}""");

        Assert.Equal((4, 10.0), Shape("encoder.block.1.layer.0.SelfAttention.v"));
        Assert.Equal((2, 16.0), Shape("decoder.block.1.layer.1.EncDecAttention.v"));
        Assert.Equal((8, 16.0), Shape("encoder.block.1.layer.0.SelfAttention.q"));
        Assert.Equal((8, 16.0), Shape("encoder.block.1.layer.0.SelfAttention.qv"));

        config.Save(_folder.File("adapter_config.json"));
        Assert.Equal(config, LoraConfig.Load(_folder.File("adapter_config.json")));
        Assert.NotEqual(config, config with { RankPattern = new Dictionary<string, int> { ["v"] = 5 } });

        (int, double) Shape(string layer) => (config.For(layer).Rank, config.For(layer).Alpha);
    }

    [Fact]
    public void LeastFile_MeansTheDefaults() => Assert.Equal(new LoraConfig(), Load("""{"peft_type": "LORA"}"""));

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"gaussian\"")]
    [InlineData("\"orthogonal\"")]
    [InlineData("\"eva\"")]
    [InlineData("\"mica\"")]
    public void StartsThatLeaveTheBaseAlone_AreAccepted(string start) => Assert.Equal(new LoraConfig(), Load(
        $$"""{"peft_type": "LORA", "init_lora_weights": {{start}}, "eva_config": {"rho": 1.0}, "arrow_config": null, "kasa_config": null, "use_bdlora": null, "monteclora_config": null, "velora_config": null, "lora_ga_config": null, "ensure_weight_tying": false}"""));

    /// <summary>Every setting of PEFT 0.20's <c>LoraConfig</c> that leaves plain LoRA as it is, with values that people set.</summary>
    [Fact]
    public void SettingsOfStartsAndOfTheBackwardPass_AreAccepted() => Assert.Equal(new LoraConfig { UseRankStabilizedScaling = true }, Load(
        """
        {"peft_type": "LORA", "use_rslora": true, "init_lora_weights": "eva", "eva_config": {"rho": 2.0}, "velora_config": {"num_groups": 32, "scale": 1.0},
         "corda_config": {"beta": 0.1}, "loftq_config": {"loftq_bits": 4}, "megatron_core": "megatron.core", "qalora_group_size": 16, "use_newvariant": false,
         "newvariant_config": null, "peft_version": "0.20.0", "ensure_weight_tying": false, "lora_bias": false, "target_parameters": null, "layers_pattern": null}
        """));

    [Fact]
    public void AllLinear_IsEveryLayerButTheHead() =>
        Assert.Equal(["q", "k", "v", "o", "wi", "wi_0", "wi_1", "wo"], Load("""{"peft_type": "LORA", "target_modules": "all-linear"}""").TargetModules);

    [Theory]
    [InlineData("""{"peft_type": "IA3"}""", "peft_type must be 'LORA'")]
    [InlineData("""{"bias": "all"}""", "bias")]
    [InlineData("""{"r": 0}""", "r must be")]
    [InlineData("""{"r": 2000000000}""", "r must be")]
    [InlineData("""{"r": "8"}""", "r must be an integer")]
    [InlineData("""{"lora_alpha": -1}""", "lora_alpha")]
    [InlineData("""{"lora_dropout": 1}""", "lora_dropout")]
    [InlineData("""{"target_modules": []}""", "target_modules")]
    [InlineData("""{"target_modules": ["q_proj"]}""", "q_proj")]
    [InlineData("""{"target_modules": ["q", 3]}""", "list of layer names")]
    [InlineData("""{"target_modules": ".*(q|v)$"}""", "Patterns are not read")]
    [InlineData("""{"target_modules": ["shared"]}""", "shared")]
    [InlineData("""{"use_dora": true}""", "use_dora")]
    [InlineData("""{"rank_pattern": {"q": 0}}""", "rank_pattern, q must be from 1")]
    [InlineData("""{"rank_pattern": {"q": "four"}}""", "q must be an integer")]
    [InlineData("""{"rank_pattern": {"q(": 4}}""", "rank_pattern: 'q('")]
    [InlineData("""{"rank_pattern": ["q"]}""", "rank_pattern must be an object")]
    [InlineData("""{"alpha_pattern": {"q": null}}""", "alpha_pattern, q must be a number")]
    [InlineData("""{"modules_to_save": ["lm_head"]}""", "modules_to_save")]
    [InlineData("""{"fan_in_fan_out": true}""", "fan_in_fan_out")]
    [InlineData("""{"init_lora_weights": "pissa"}""", "pissa")]
    [InlineData("""{"init_lora_weights": "pissa_niter_4"}""", "merge_and_unload")]
    [InlineData("""{"init_lora_weights": "olora"}""", "merge_and_unload")]
    [InlineData("""{"init_lora_weights": "corda"}""", "merge_and_unload")]
    [InlineData("""{"init_lora_weights": "loftq"}""", "merge_and_unload")]
    [InlineData("""{"init_lora_weights": "lora_ga"}""", "merge_and_unload")]
    [InlineData("""{"arrow_config": {"top_k": 3}}""", "Arrow")]
    [InlineData("""{"kasa_config": {"beta": 0.0001}}""", "KaSA")]
    [InlineData("""{"use_bdlora": {"nblocks": 2}}""", "BD-LoRA")]
    [InlineData("""{"monteclora_config": {"samples": 8}}""", "MonteCLoRA")]
    [InlineData("""{"kasa_config": {"gamma": 0.001}}""", "merge_and_unload")]
    [InlineData("""{"modules_to_save": ["shared"]}""", "merge_and_unload")]
    [InlineData("""{"target_modules": ["q", "shared"]}""", "merge_and_unload")]
    [InlineData("""{"target_modules": ["encoder.embed_tokens"]}""", "merge_and_unload")]
    [InlineData("""{"trainable_token_indices": {"shared": [1]}}""", "merge_and_unload")]
    [InlineData("""{"use_qalora": true, "qalora_group_size": 16}""", "QALoRA")]
    [InlineData("""{"use_newvariant": true}""", "use_newvariant")] // of a version of PEFT to come
    [InlineData("""{"newvariant_config": {"samples": 8}}""", "merge_and_unload")]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{"r": 8, "r": 9}""", "not valid JSON")]
    [InlineData("""{""", "not valid JSON")]
    public void FileThatIsNoPlainLora_IsRefusedByName(string json, string expected)
    {
        var exception = Assert.Throws<InvalidFileException>(() => Load(json));

        Assert.Contains(expected, exception.Message);
        Assert.Contains("adapter_config.json", exception.Message);
    }

    private LoraConfig Load(string json)
    {
        var path = _folder.File("adapter_config.json");
        File.WriteAllText(path, json);
        return LoraConfig.Load(path);
    }
}
