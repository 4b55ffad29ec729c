using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>Reads the settings of a JSON file from elsewhere: bounded in size, each value of the type that is expected.</summary>
internal static class JsonSettings
{
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Reads a file that holds one object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="whenMissing">What the error says where there is no such file.</param>
    public static JsonObject Parse(string path, string whenMissing) => OutsideJson.ReadObject(path, MaxFileBytes, whenMissing);

    public static int Integer(JsonObject json, string key, int fallback) =>
        json[key] switch
        {
            null => fallback,
            JsonValue value when value.TryGetValue(out int number) => number,
            JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out double number) && number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue => (int)number, // 768.0
            var other => throw new ArgumentException($"{key} must be an integer; got {Shown(other)}."),
        };

    public static double Number(JsonObject json, string key, double fallback) =>
        json[key] switch
        {
            null => fallback,
            JsonValue value when value.TryGetValue(out double number) => number,
            var other => throw new ArgumentException($"{key} must be a number; got {Shown(other)}."),
        };

    public static bool Boolean(JsonObject json, string key, bool fallback) =>
        json[key] switch
        {
            null => fallback,
            JsonValue value when value.TryGetValue(out bool flag) => flag,
            var other => throw new ArgumentException($"{key} must be true or false; got {Shown(other)}."),
        };

    public static string Text(JsonObject json, string key, string fallback) =>
        json[key] switch
        {
            null => fallback,
            JsonValue value when value.TryGetValue(out string? text) => text,
            var other => throw new ArgumentException($"{key} must be a text; got {Shown(other)}."),
        };

    public static string Shown(JsonNode value)
    {
        var text = value.ToJsonString();
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
