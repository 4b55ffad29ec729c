using System.Text.Json;

namespace SciCoT.Replies;

/// <summary>The names that services give to the end of a reply, in OpenAI's words.</summary>
internal static class FinishReasons
{
    public const string Stop = "stop";
    public const string Length = "length";
    public const string Filter = "content_filter";
    public const string Error = "error";

    private static readonly HashSet<string> Lengths = new(StringComparer.Ordinal)
    {
        "length", "maxtokens", "maxlength", "modellength", "maxoutputtokens", "maxcompletiontokens", "modelcontextwindowexceeded", "contextlength",
        "contextlengthexceeded", "tokenlimit", "limit", "errorlimit", "maxnewtokens", "incomplete", "2",
    };

    private static readonly HashSet<string> Filters = new(StringComparer.Ordinal)
    {
        "contentfilter", "contentfiltered", "safety", "recitation", "prohibitedcontent", "blocklist", "blocked", "spii", "refusal", "refused", "imagesafety",
        "guardrailintervened", "guardrails", "errortoxic", "sensitive", "moderation", "3", "4",
    };

    private static readonly HashSet<string> Errors = new(StringComparer.Ordinal)
    {
        "error", "abort", "aborted", "cancelled", "canceled", "failed", "failure", "networkerror", "internalerror", "timeout",
        "insufficientsystemresource", "servererror",
    };

    /// <summary>A name as text: services also send numbers and objects with a type.</summary>
    public static string? Told(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Object => ResponseJson.Text(value, "type", "reason", "name"),
        JsonValueKind.Array when value.GetArrayLength() > 0 => Told(value[0]),
        _ => null,
    };

    /// <summary>OpenAI's name. One that nobody knows, and none at all, is the ordinary end: the text itself shows whether it is whole.</summary>
    public static string Of(string? told)
    {
        var name = new string([.. (told ?? "").Where(char.IsLetterOrDigit)]).ToLowerInvariant();
        if (name.StartsWith("finishreason", StringComparison.Ordinal))
            name = name["finishreason".Length..];
        return Lengths.Contains(name) ? Length : Filters.Contains(name) ? Filter : Errors.Contains(name) ? Error : Stop;
    }
}
