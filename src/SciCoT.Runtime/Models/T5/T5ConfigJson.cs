using System.Text.Json.Nodes;
using SciCoT.IO;
using static SciCoT.Checkpoints.JsonSettings;

namespace SciCoT.Models.T5;

/// <summary>The mapping between <see cref="T5Config"/> and Hugging Face's <c>config.json</c>.</summary>
internal static class T5ConfigJson
{
    /// <summary>The key under which transformers 5 says whether the decoder's output is scaled.</summary>
    public const string ScalingKey = "scale_decoder_outputs";

    /// <summary>The file that stands in its place in an adapter's folder.</summary>
    private const string AdapterFileName = "adapter_config.json";

    private const string TiedKey = "tie_word_embeddings";

    /// <summary>The families of models that have this architecture.</summary>
    public static readonly string[] ModelTypes = ["t5", "mt5", "umt5"];

    /// <summary>Other names that Hugging Face takes for a key.</summary>
    private static readonly (string Key, string Synonym)[] Synonyms =
        [("d_model", "hidden_size"), ("num_heads", "num_attention_heads"), ("num_layers", "num_hidden_layers"), ("d_kv", "head_dim")];

    public static T5Config Load(string path)
    {
        bool isAdapter = File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, AdapterFileName));
        var source = Parse(path, isAdapter
            ? $"there is no config.json here but {AdapterFileName}: this is an adapter without its base. Merge the adapter in PEFT (merge_and_unload) and load the merged model; in a program, load the base and put the adapter on it with LoraAdapter.Load."
            : "there is no config.json here; a checkpoint folder holds config.json, model.safetensors and a tokenizer.");
        try
        {
            var config = Read(source);
            config.Validate();
            return config.WithSource(source);
        }
        catch (ArgumentException e)
        {
            throw new InvalidFileException($"{path}: {e.Message} Check that the file belongs to a T5 checkpoint and is undamaged.", e);
        }
    }

    private static T5Config Read(JsonObject source)
    {
        var modelType = ModelType(source);
        var defaults = Defaults(modelType);
        int encoderLayers = Size(source, "num_layers", defaults.EncoderLayers);
        int padding = Token(source, "pad_token_id", defaults.PadTokenId);
        bool tied = Boolean(source, TiedKey, defaults.TieWordEmbeddings);
        return new T5Config
        {
            ModelType = modelType,
            VocabularySize = Integer(source, "vocab_size", defaults.VocabularySize),
            ModelSize = Size(source, "d_model", defaults.ModelSize),
            HeadSize = Size(source, "d_kv", defaults.HeadSize),
            FeedForwardSize = Integer(source, "d_ff", defaults.FeedForwardSize),
            EncoderLayers = encoderLayers,
            DecoderLayers = Integer(source, "num_decoder_layers", encoderLayers),
            Heads = Size(source, "num_heads", defaults.Heads),
            RelativeAttentionBuckets = Integer(source, "relative_attention_num_buckets", defaults.RelativeAttentionBuckets),
            RelativeAttentionMaxDistance = Integer(source, "relative_attention_max_distance", defaults.RelativeAttentionMaxDistance),
            DropoutRate = Number(source, "dropout_rate", defaults.DropoutRate),
            LayerNormEpsilon = Number(source, "layer_norm_epsilon", defaults.LayerNormEpsilon),
            InitializerFactor = Number(source, "initializer_factor", defaults.InitializerFactor),
            FeedForwardProjection = Projection(source, defaults.FeedForwardProjection),
            TieWordEmbeddings = tied,
            ScaleDecoderOutputs = modelType != "mt5" && Boolean(source, ScalingKey, tied),
            PadTokenId = padding,
            EosTokenId = Token(source, "eos_token_id", defaults.EosTokenId),
            DecoderStartTokenId = Token(source, "decoder_start_token_id", padding),
        };
    }

    public static void Save(T5Config config, JsonObject? source, string path, string? torchDtype = null, bool storesHead = false)
    {
        var json = ToJson(config, source, storesHead);
        // The key is a note of how the weights are stored; where a file leaves it out, float32 is meant.
        var key = json.ContainsKey("dtype") ? "dtype" : "torch_dtype"; // newer and older transformers
        if (torchDtype is not null && (json.ContainsKey(key) || torchDtype != "float32"))
            json[key] = torchDtype;
        AtomicFile.WriteAllText(path, IndentedJson.Write(json) + "\n");
    }

    /// <summary>The configuration in Hugging Face's keys.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="source">The file it came from; other keys of it are kept.</param>
    /// <param name="storesHead">Whether the head is stored beside the embedding.</param>
    public static JsonObject ToJson(T5Config config, JsonObject? source, bool storesHead = false)
    {
        var json = source is null ? New(config) : (JsonObject)source.DeepClone();
        foreach (var (_, synonym) in Synonyms)
            json.Remove(synonym);
        json["vocab_size"] = config.VocabularySize;
        json["d_model"] = config.ModelSize;
        json["d_kv"] = config.HeadSize;
        json["d_ff"] = config.FeedForwardSize;
        json["num_layers"] = config.EncoderLayers;
        json["num_decoder_layers"] = config.DecoderLayers;
        json["num_heads"] = config.Heads;
        json["relative_attention_num_buckets"] = config.RelativeAttentionBuckets;
        json["relative_attention_max_distance"] = config.RelativeAttentionMaxDistance;
        Keep(json, "dropout_rate", config.DropoutRate);
        Keep(json, "layer_norm_epsilon", config.LayerNormEpsilon);
        Keep(json, "initializer_factor", config.InitializerFactor);
        json["feed_forward_proj"] = config.FeedForwardProjection;
        json["dense_act_fn"] = T5Activation.NameOf(config.FeedForwardProjection);
        json["is_gated_act"] = config.IsGated;
        json["pad_token_id"] = config.PadTokenId;
        json["eos_token_id"] = config.EosTokenId;
        json["decoder_start_token_id"] = config.DecoderStartTokenId;
        json["model_type"] = config.ModelType;
        // transformers 4 scales where the matrices are tied, transformers 5 where a key of its own says so. Tied and not scaled is
        // therefore written for 4 as a head of its own, which is stored, and for 5, which sees that it equals the embedding, by that key.
        bool tied = config.TieWordEmbeddings && !storesHead;
        if (json.ContainsKey(ScalingKey) || (config.TieWordEmbeddings && !config.ScalesHead))
            json[ScalingKey] = config.ScalesHead;
        // Hugging Face leaves the key out where it has its default.
        if (!tied || json.ContainsKey(TiedKey) || config.ModelType == "mt5")
            json[TiedKey] = tied;
        return json;
    }

    /// <summary>The family by <c>model_type</c>, or by <c>architectures</c> where the file leaves that out.</summary>
    private static string ModelType(JsonObject source)
    {
        var architecture = (source["architectures"] as JsonArray)?.OfType<JsonValue>().Select(value => value.TryGetValue(out string? name) ? name : null).FirstOrDefault() ?? "";
        var fallback = architecture.StartsWith("UMT5", StringComparison.Ordinal) ? "umt5" : architecture.StartsWith("MT5", StringComparison.Ordinal) ? "mt5" : "t5";
        var modelType = Text(source, "model_type", fallback);
        if (ModelTypes.Contains(modelType))
            return modelType;
        var hint = source["text_config"] is JsonObject
            ? " The file describes a model of several parts; save its language model, described by text_config, as a checkpoint of its own."
            : "";
        throw new ArgumentException($"model_type must be 't5', 'mt5' or 'umt5'; got '{ForeignText.Shown(modelType)}'.{hint}");
    }

    /// <summary>What an absent key means: the families' defaults differ.</summary>
    private static T5Config Defaults(string modelType) => modelType == "t5"
        ? new T5Config()
        : new T5Config { VocabularySize = 250112, FeedForwardSize = 1024, EncoderLayers = 8, DecoderLayers = 8, Heads = 6, FeedForwardProjection = "gated-gelu", TieWordEmbeddings = modelType != "mt5" };

    /// <summary>A size under its own name or a synonym.</summary>
    private static int Size(JsonObject source, string key, int fallback)
    {
        var synonym = Synonyms.First(pair => pair.Key == key).Synonym;
        int size = Integer(source, key, Integer(source, synonym, fallback));
        if (source[synonym] is not null && Integer(source, synonym, fallback) is var other && other != size)
            throw new ArgumentException($"{key} is {size} and {synonym}, its other name, {other}; expected one number.");
        return size;
    }

    /// <summary>A token, alone or as a list of one.</summary>
    private static int Token(JsonObject source, string key, int fallback)
    {
        if (source[key] is not JsonArray list)
            return Integer(source, key, fallback);
        return list is [JsonValue only]
            ? Integer(new JsonObject { [key] = only.DeepClone() }, key, fallback)
            : throw new ArgumentException($"{key} must be a token or a list of one; got {Shown(list)}.");
    }

    /// <summary>
    /// The feed-forward layer's form. Files also hold what transformers derived from it, <c>is_gated_act</c> and <c>dense_act_fn</c>, and
    /// where they say something else transformers computes by them.
    /// </summary>
    private static string Projection(JsonObject source, string fallback)
    {
        var stated = Text(source, "feed_forward_proj", fallback);
        bool gated = Boolean(source, "is_gated_act", stated.StartsWith(T5Activation.GatedPrefix, StringComparison.Ordinal));
        var activation = Text(source, "dense_act_fn", T5Activation.NameOf(stated));
        if (gated == stated.StartsWith(T5Activation.GatedPrefix, StringComparison.Ordinal) && activation == T5Activation.NameOf(stated))
            return stated;
        if (gated && activation == "gelu")
            activation = "gelu_python"; // the exact form under a name that "gated-" does not turn into the approximation
        return gated ? T5Activation.GatedPrefix + activation : activation;
    }

    /// <summary>
    /// Leaves a number as the file spells it (<c>1e-06</c>) where its value is unchanged. A whole one is written with a point:
    /// transformers 5 checks the types of a configuration and refuses <c>1</c> where it expects <c>1.0</c>.
    /// </summary>
    private static void Keep(JsonObject json, string key, double value)
    {
        if (json[key] is JsonValue old && old.TryGetValue(out double number) && number == value && IsFloat(old.ToJsonString()))
            return;
        bool isWhole = value == Math.Truncate(value) && Math.Abs(value) < 1e15;
        json[key] = isWhole ? JsonValue.Create((decimal)value + 0.0m) : JsonValue.Create(value); // a decimal keeps its 0 behind the point

        static bool IsFloat(string text) => text.AsSpan().ContainsAny('.', 'e', 'E');
    }

    private static JsonObject New(T5Config config) => new()
    {
        ["architectures"] = new JsonArray($"{config.ModelType.ToUpperInvariant()}ForConditionalGeneration"),
        ["is_encoder_decoder"] = true,
        ["model_type"] = config.ModelType,
        ["use_cache"] = true,
    };
}
