using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Tokenization;

/// <summary>The sibling <c>tokenizer_config.json</c>, as far as it concerns us: how many sentinels stand behind the pieces.</summary>
internal static class TokenizerConfig
{
    public const string FileName = "tokenizer_config.json";

    /// <summary>What transformers assumes where nothing is said.</summary>
    public const int DefaultSentinels = 100;

    public const int MaxSentinels = 100_000;

    /// <returns>The number of sentinels the configuration asks for; null where it says nothing.</returns>
    /// <exception cref="InvalidFileException">The message says what is wrong; the caller adds the file.</exception>
    public static int? ReadSentinelCount(byte[] file)
    {
        try
        {
            using var document = OutsideJson.Parse(file);
            if (document.RootElement.TryGetProperty("extra_ids", out var extraIds) && extraIds.ValueKind != JsonValueKind.Null)
            {
                int count = extraIds.GetInt32();
                return count is >= 0 and <= MaxSentinels
                    ? count
                    : throw new InvalidFileException($"extra_ids is {count}; expected 0 to {MaxSentinels}.");
            }

            if (!document.RootElement.TryGetProperty("additional_special_tokens", out var tokens) || tokens.ValueKind != JsonValueKind.Array)
                return null;
            int sentinels = tokens.EnumerateArray().Count(t => t.ValueKind == JsonValueKind.String && t.GetString()!.StartsWith("<extra_id_", StringComparison.Ordinal));
            return sentinels > 0 ? Math.Min(sentinels, MaxSentinels) : null;
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new InvalidFileException($"it is not a tokenizer configuration: {e.Message}", e);
        }
    }

    /// <summary>Whether every word behind an added token gets a space in front; <c>legacy: false</c> says that it does not.</summary>
    public static bool IsLegacy(JsonElement root) => !(root.TryGetProperty("legacy", out var legacy) && legacy.ValueKind == JsonValueKind.False);

    /// <summary>A configuration with which transformers opens the vocabulary with the same ids.</summary>
    public static byte[] Create(string padPiece, string eosPiece, string unknownPiece, int sentinelCount, IReadOnlyList<AddedToken> added)
    {
        var config = new JsonObject
        {
            ["tokenizer_class"] = "T5Tokenizer",
            ["pad_token"] = padPiece,
            ["eos_token"] = eosPiece,
            ["unk_token"] = unknownPiece,
            ["extra_ids"] = sentinelCount,
        };
        if (added.Count > 0)
            config["added_tokens_decoder"] = new JsonObject(added.Select(token => KeyValuePair.Create(token.Id.ToString(CultureInfo.InvariantCulture), (JsonNode?)Describe(token))));
        return Encoding.UTF8.GetBytes(IndentedJson.Write(config));
    }

    private static JsonObject Describe(AddedToken token) => new()
    {
        ["content"] = token.Text,
        ["lstrip"] = token.StripLeft,
        ["normalized"] = token.Normalized,
        ["rstrip"] = token.StripRight,
        ["single_word"] = token.SingleWord,
        ["special"] = token.Special,
    };
}
