using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;
using static SciCoT.Models.JsonSettings;

namespace SciCoT.Models;

/// <summary>The mapping between <see cref="T5Config"/> and Hugging Face's <c>config.json</c>.</summary>
internal static class T5ConfigJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static T5Config Load(string path)
    {
        var source = Parse(path, "there is no config.json here; a checkpoint folder holds config.json, model.safetensors and a tokenizer.");
        try
        {
            var modelType = Text(source, "model_type", "t5");
            if (modelType is not ("t5" or "mt5"))
                throw new ArgumentException($"model_type must be 't5' or 'mt5'; got '{modelType}'.");

            var defaults = new T5Config();
            int encoderLayers = Integer(source, "num_layers", defaults.EncoderLayers);
            var config = new T5Config
            {
                VocabularySize = Integer(source, "vocab_size", defaults.VocabularySize),
                ModelSize = Integer(source, "d_model", defaults.ModelSize),
                HeadSize = Integer(source, "d_kv", defaults.HeadSize),
                FeedForwardSize = Integer(source, "d_ff", defaults.FeedForwardSize),
                EncoderLayers = encoderLayers,
                DecoderLayers = Integer(source, "num_decoder_layers", encoderLayers),
                Heads = Integer(source, "num_heads", defaults.Heads),
                RelativeAttentionBuckets = Integer(source, "relative_attention_num_buckets", defaults.RelativeAttentionBuckets),
                RelativeAttentionMaxDistance = Integer(source, "relative_attention_max_distance", defaults.RelativeAttentionMaxDistance),
                DropoutRate = Number(source, "dropout_rate", defaults.DropoutRate),
                LayerNormEpsilon = Number(source, "layer_norm_epsilon", defaults.LayerNormEpsilon),
                InitializerFactor = Number(source, "initializer_factor", defaults.InitializerFactor),
                FeedForwardProjection = Text(source, "feed_forward_proj", modelType == "mt5" ? "gated-gelu" : defaults.FeedForwardProjection),
                TieWordEmbeddings = Boolean(source, "tie_word_embeddings", modelType != "mt5"),
                PadTokenId = Integer(source, "pad_token_id", defaults.PadTokenId),
                EosTokenId = Integer(source, "eos_token_id", defaults.EosTokenId),
                DecoderStartTokenId = Integer(source, "decoder_start_token_id", Integer(source, "pad_token_id", defaults.PadTokenId)),
            };
            config.Validate();
            return config.WithSource(source);
        }
        catch (ArgumentException e)
        {
            throw new InvalidFileException($"{path}: {e.Message} Check that the file belongs to a T5 checkpoint and is undamaged.", e);
        }
    }

    public static void Save(T5Config config, JsonObject? source, string path, string? torchDtype = null)
    {
        var json = ToJson(config, source);
        // The key is a note of how the weights are stored; where a file leaves it out, float32 is meant.
        var key = json.ContainsKey("dtype") ? "dtype" : "torch_dtype"; // newer and older transformers
        if (torchDtype is not null && (json.ContainsKey(key) || torchDtype != "float32"))
            json[key] = torchDtype;
        AtomicFile.WriteAllText(path, json.ToJsonString(Indented) + "\n");
    }

    public static JsonObject ToJson(T5Config config, JsonObject? source)
    {
        var json = source is null ? New() : (JsonObject)source.DeepClone();
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
        // Hugging Face leaves the key out where it has its default.
        if (!config.TieWordEmbeddings || json.ContainsKey("tie_word_embeddings"))
            json["tie_word_embeddings"] = config.TieWordEmbeddings;
        return json;
    }

    /// <summary>Leaves a number as the file spells it (<c>1e-06</c>) where its value is unchanged.</summary>
    private static void Keep(JsonObject json, string key, double value)
    {
        if (json[key] is not JsonValue old || !old.TryGetValue(out double number) || number != value)
            json[key] = value;
    }

    private static JsonObject New() => new()
    {
        ["architectures"] = new JsonArray("T5ForConditionalGeneration"),
        ["is_encoder_decoder"] = true,
        ["model_type"] = "t5",
        ["use_cache"] = true,
    };
}
