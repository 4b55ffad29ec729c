using System.Text;
using System.Text.Json;

namespace SciCoT.Replies;

/// <summary>The text of a message in all forms that services give it: a text, parts, parts of parts.</summary>
internal static class MessageText
{
    private const int MaxDepth = 8;

    private static readonly HashSet<string> Thoughts = new(StringComparer.OrdinalIgnoreCase)
    {
        "thinking", "redacted_thinking", "thought", "thoughts", "reasoning", "reasoning_text", "reasoning_content", "reasoning.text", "summary_text",
        "analysis", "tool_use", "tool_call", "function_call", "tool_result", "refusal",
    };

    /// <summary>The text without thoughts, calls of tools and refusals.</summary>
    public static string Of(JsonElement? content, int depth = 0) => content switch
    {
        null => "",
        _ when depth > MaxDepth => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value => value.GetRawText(),
        { ValueKind: JsonValueKind.Array } parts => Joined(parts.EnumerateArray().Select(part => Of(part, depth + 1))),
        { ValueKind: JsonValueKind.Object } part when !IsThought(part) => Of(ResponseJson.Find(part, "text", "content", "value", "output_text", "parts"), depth + 1),
        _ => "",
    };

    /// <summary>The refusal among the parts of a message.</summary>
    public static string? Refusal(JsonElement message)
    {
        if (ResponseJson.Text(message, "refusal") is { } refusal)
            return refusal;
        return ResponseJson.Items(ResponseJson.Find(message, "content"))
            .Where(part => part.ValueKind == JsonValueKind.Object)
            .Select(part => ResponseJson.Text(part, "refusal"))
            .FirstOrDefault(text => text is not null);
    }

    private static bool IsThought(JsonElement part) =>
        (ResponseJson.Find(part, "type") is { ValueKind: JsonValueKind.String } type && Thoughts.Contains(type.GetString()!))
        || ResponseJson.Find(part, "thought") is { ValueKind: JsonValueKind.True };

    /// <summary>Parts one behind the other. Where a sentence ends and the next begins without a space, they are kept apart.</summary>
    private static string Joined(IEnumerable<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Length > 0 && char.IsLetter(part[0]) && text.Length > 0 && text[^1] is '.' or '!' or '?' or ':')
                text.Append('\n');
            text.Append(part);
        }

        return text.ToString();
    }
}
