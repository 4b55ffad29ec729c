using System.Globalization;
using System.Text.Json;

namespace SciCoT.Replies;

/// <summary>Looks into JSON whose shape is not known.</summary>
internal static class ResponseJson
{
    /// <summary>The property of that name that is there and not null; the first of several names.</summary>
    public static JsonElement? Find(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var name in names)
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
                return value;
        }

        return null;
    }

    /// <summary>A text or a number as text, if it is not empty.</summary>
    public static string? Text(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Find(json, name) is { } value && Text(value) is { Length: > 0 } text)
                return text;
        }

        return null;
    }

    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>A whole number that is not negative, also as text or as 5.0; anything else is absent.</summary>
    public static long? Count(JsonElement json, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Find(json, name) is { } value && Text(value) is { } text
                && decimal.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)
                && number >= 0 && number <= long.MaxValue && number == decimal.Truncate(number))
                return (long)number;
        }

        return null;
    }

    /// <summary>The elements of an array, or the value itself where it stands alone.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement? value) => value switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
        { } one => [one],
    };
}
