using System.Text.Json.Nodes;
using SciCoT.IO;
using static SciCoT.Checkpoints.JsonSettings;

namespace SciCoT.Models;

/// <summary>The mapping between <see cref="LoraConfig"/> and PEFT's <c>adapter_config.json</c>.</summary>
internal static class LoraConfigJson
{
    public const string FileName = "adapter_config.json";

    /// <summary>The name of the file with the weights.</summary>
    public const string WeightsFileName = "adapter_model.safetensors";

    /// <summary>PEFT's word for every linear layer but the head.</summary>
    private const string AllLinear = "all-linear";

    /// <summary>What to do about an adapter that is more than plain LoRA.</summary>
    public const string MergeRemedy = "Merge the adapter in PEFT (merge_and_unload) and load the merged model.";

    /// <summary>Features that change what an adapter computes or stores; a file that uses one cannot be taken for plain LoRA.</summary>
    private static readonly (string Key, string? Name)[] Unsupported =
    [
        ("modules_to_save", null), ("layers_to_transform", null), ("layer_replication", null),
        ("use_dora", "DoRA"), ("use_qalora", "QALoRA"), ("lora_bias", null), ("fan_in_fan_out", null), ("exclude_modules", null),
        ("target_parameters", null), ("trainable_token_indices", "trained tokens of the embedding"), ("alora_invocation_tokens", "aLoRA"),
        ("arrow_config", "Arrow"), ("kasa_config", "KaSA"), ("use_bdlora", "BD-LoRA"), ("monteclora_config", "MonteCLoRA"),
    ];

    /// <summary>Settings of a start or of the backward pass only, and notes: what a stored adapter computes does not depend on them.</summary>
    private static readonly string[] Harmless =
        ["corda_config", "eva_config", "lora_ga_config", "loftq_config", "megatron_config", "runtime_config", "velora_config", "use_rslora"];

    private static readonly string[] Embeddings = ["shared", "embed_tokens"];

    /// <summary>Ways in which A and B begin; the base stays as it is, so that a stored adapter fits the base as published.</summary>
    private static readonly string[] HarmlessStarts = ["gaussian", "orthogonal", "eva", "mica", "default"];

    public static LoraConfig Load(string path)
    {
        var json = Parse(path, $"there is no {FileName} here; an adapter's folder holds {FileName} and {WeightsFileName}.");
        try
        {
            Expect(json, "peft_type", "LORA");
            Expect(json, "bias", "none");
            if (Unsupported.FirstOrDefault(feature => !IsAbsent(json[feature.Key])) is { Key: not null } unsupported)
                throw new ArgumentException($"{unsupported.Key} is {Shown(json[unsupported.Key]!)}{(unsupported.Name is null ? "" : $" ({unsupported.Name})")}; this library reads plain LoRA without it. {MergeRemedy}");
            // PEFT names its variants use_… and …_config, and a file may come from a version that has more of them than are known here.
            if (json.FirstOrDefault(pair => (pair.Key.StartsWith("use_", StringComparison.Ordinal) || pair.Key.EndsWith("_config", StringComparison.Ordinal)) && !Harmless.Contains(pair.Key) && !IsAbsent(pair.Value)) is { Key: not null } variant)
                throw new ArgumentException($"{ForeignText.Shown(variant.Key)} is {Shown(variant.Value!)}, which this library does not know and which may change what the adapter computes. {MergeRemedy}");
            if (json["init_lora_weights"] is JsonValue start && start.TryGetValue(out string? method) && !HarmlessStarts.Contains(method.ToLowerInvariant()))
                throw new ArgumentException($"init_lora_weights is '{ForeignText.Shown(method)}', which may have changed the base weights as well; of those that do not, {string.Join(", ", HarmlessStarts)} are read. {MergeRemedy}");

            var defaults = new LoraConfig();
            var config = new LoraConfig
            {
                Rank = Integer(json, "r", defaults.Rank),
                Alpha = Number(json, "lora_alpha", defaults.Alpha),
                Dropout = Number(json, "lora_dropout", defaults.Dropout),
                UseRankStabilizedScaling = Boolean(json, "use_rslora", false),
                TargetModules = Targets(json["target_modules"], defaults.TargetModules),
                RankPattern = Pattern<int>(json, "rank_pattern", Integer),
                AlphaPattern = Pattern<double>(json, "alpha_pattern", Number),
                BaseModel = json["base_model_name_or_path"] is null ? null : Text(json, "base_model_name_or_path", ""),
            };
            if (config.TargetModules.FirstOrDefault(target => Embeddings.Contains(target[(target.LastIndexOf('.') + 1)..])) is { } embedding)
                throw new ArgumentException($"target_modules names '{ForeignText.Shown(embedding)}', the embedding, beside which this library puts no adapter. {MergeRemedy}");
            config.Validate();
            return config;
        }
        catch (ArgumentException e)
        {
            throw new InvalidFileException($"{path}: {e.Message}", e);
        }
    }

    public static void Save(LoraConfig config, string path)
    {
        var json = new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(config.AlphaPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = config.BaseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_pattern"] = null,
            ["layers_to_transform"] = null,
            ["lora_alpha"] = config.Alpha,
            ["lora_dropout"] = config.Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = config.Rank,
            ["rank_pattern"] = new JsonObject(config.RankPattern.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["revision"] = null,
            ["target_modules"] = new JsonArray([.. config.TargetModules.Select(target => JsonValue.Create(target))]),
            ["task_type"] = "SEQ_2_SEQ_LM",
            ["use_dora"] = false,
            ["use_rslora"] = config.UseRankStabilizedScaling,
        };
        AtomicFile.WriteAllText(path, IndentedJson.Write(json) + "\n");
    }

    private static IReadOnlyList<string> Targets(JsonNode? node, IReadOnlyList<string> fallback) => node switch
    {
        null => fallback,
        JsonArray array when array.All(item => item is JsonValue value && value.TryGetValue(out string? _)) => [.. array.Select(item => item!.GetValue<string>())],
        JsonValue value when value.TryGetValue(out string? text) && text == AllLinear => [.. LoraConfig.Layers.Where(layer => layer != "lm_head")],
        _ => throw new ArgumentException($"target_modules must be a list of layer names or '{AllLinear}'; got {Shown(node)}. Patterns are not read: list the layers."),
    };

    private static Dictionary<string, T> Pattern<T>(JsonObject json, string key, Func<JsonObject, string, T, T> read)
        where T : struct
    {
        if (IsAbsent(json[key]))
            return [];
        return json[key] is JsonObject patterns
            ? patterns.ToDictionary(pair => pair.Key, pair => pair.Value is null ? throw new ArgumentException($"{key}, {ForeignText.Shown(pair.Key)} must be a number; got null.") : read(patterns, pair.Key, default), StringComparer.Ordinal)
            : throw new ArgumentException($"{key} must be an object of layer names and numbers; got {Shown(json[key]!)}.");
    }

    private static void Expect(JsonObject json, string key, string expected)
    {
        if (Text(json, key, expected) is var actual && actual != expected)
            throw new ArgumentException($"{key} must be '{expected}'; got '{ForeignText.Shown(actual)}'.{(key == "bias" ? $" {MergeRemedy}" : "")}");
    }

    /// <summary>Whether a setting is left out in one of the ways in which PEFT writes that.</summary>
    private static bool IsAbsent(JsonNode? value) => value switch
    {
        null => true,
        JsonObject { Count: 0 } or JsonArray { Count: 0 } => true,
        JsonValue flag => flag.TryGetValue(out bool on) && !on,
        _ => false,
    };
}
