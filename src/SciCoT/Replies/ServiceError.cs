using System.Globalization;
using System.Text.Json;
using SciCoT.Questions;

namespace SciCoT.Replies;

/// <summary>What a service says of a failure, in any of the forms that error bodies have.</summary>
/// <param name="Sentence">The service's own words.</param>
/// <param name="Codes">The codes and types that it gives.</param>
internal sealed record ServiceError(string Sentence, IReadOnlyList<string> Codes)
{
    private const int MaxDepth = 5;

    private static readonly string[] Names = ["message", "msg", "detail", "error_description", "description", "status_msg", "error_msg", "title", "reason", "faultstring", "errorMessage", "error"];
    private static readonly string[] CodeNames = ["code", "type", "status", "error_code", "status_code", "http_status"];
    private static readonly string[] NoCredit = ["insufficient_quota", "exceeded_current_quota", "billing_hard_limit", "billing_not_active", "insufficient_balance", "insufficient_credits", "credit_balance", "account_deactivated"];

    /// <summary>Statuses by what their names contain; the first that fits counts.</summary>
    private static readonly (string Part, int Status)[] Statuses =
    [
        ("insufficient_quota", 429), ("rate_limit", 429), ("ratelimit", 429), ("too_many_requests", 429), ("toomanyrequests", 429), ("resource_exhausted", 429), ("throttl", 429), ("slow_down", 429),
        ("unauthenticated", 401), ("authentication", 401), ("unauthorized", 401), ("invalid_api_key", 401), ("permission", 403), ("forbidden", 403),
        ("billing", 402), ("insufficient_balance", 402), ("insufficient_credits", 402), ("not_found", 404), ("notfound", 404), ("does_not_exist", 404),
        ("content_filter", 400), ("contentfilter", 400), ("content_policy", 400), ("context_length", 400), ("invalid", 400), ("bad_request", 400), ("badrequest", 400), ("failed_precondition", 400), ("unprocessable", 422), ("validation", 422),
        ("overloaded", 529), ("unavailable", 503), ("deadline", 504), ("timeout", 504),
    ];

    /// <summary>Statuses by what the sentence says, of services that give no code.</summary>
    private static readonly (string Part, int Status)[] Sentences =
    [
        ("unexpected endpoint", 404), ("not found", 404), ("does not exist", 404), ("no such model", 404), ("api key", 401), ("api_key", 401), ("unauthorized", 401), ("not authenticated", 401),
        ("rate limit", 429), ("too many requests", 429), ("quota", 429), ("overloaded", 529),
    ];

    /// <summary>How long the service asks to wait, where the body tells.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the account has no credit, which no repetition mends.</summary>
    public bool IsOutOfCredit => Codes.Any(code => NoCredit.Any(name => code.Contains(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether a content filter refused the prompt.</summary>
    public bool IsRefusal => Codes.Any(code => code.Contains("content_filter", StringComparison.OrdinalIgnoreCase) || code.Contains("ResponsibleAIPolicyViolation", StringComparison.OrdinalIgnoreCase)
        || code.Contains("content_policy", StringComparison.OrdinalIgnoreCase) || code.Contains("data_inspection_failed", StringComparison.OrdinalIgnoreCase));

    /// <summary>The status that the codes or the sentence name; 502 where neither names one: the service failed, and may not the next time.</summary>
    public int Status
    {
        get
        {
            foreach (var code in Codes)
            {
                if (int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 400 and < 600)
                    return status;
            }

            foreach (var code in Codes)
            {
                if (Statuses.FirstOrDefault(known => code.Contains(known.Part, StringComparison.OrdinalIgnoreCase)) is { Part: not null } named)
                    return named.Status;
            }

            return Sentences.FirstOrDefault(known => Sentence.Contains(known.Part, StringComparison.OrdinalIgnoreCase)) is { Part: not null } said ? said.Status : 502;
        }
    }

    /// <summary>Finds the error of a response.</summary>
    /// <param name="values">The response's JSON values.</param>
    /// <param name="isFailure">Whether the status says already that it is one; then any sentence counts.</param>
    /// <param name="hasReply">Whether there is a reply beside it; then only what is called an error counts.</param>
    public static ServiceError? Find(IReadOnlyList<JsonElement> values, bool isFailure, bool hasReply = false)
    {
        foreach (var value in values.SelectMany(value => ResponseJson.Items(value)).Where(value => value.ValueKind == JsonValueKind.Object))
        {
            if (Holder(value, isFailure, hasReply) is { } holder && Words(holder, 0) is { Length: > 0 } sentence)
                return new(sentence, [.. CodesOf(holder, 0), .. CodesOf(value, MaxDepth)]) { RetryAfter = Wait(holder, 0) };
        }

        return null;
    }

    private static JsonElement? Holder(JsonElement root, bool isFailure, bool hasReply)
    {
        if (ResponseJson.Find(root, "error", "errors", "fault", "base_resp") is { } error && !IsNothing(error))
            return error;
        if (ResponseJson.Items(ResponseJson.Find(root, "choices")).Select(choice => ResponseJson.Find(choice, "error")).FirstOrDefault(inner => inner is not null) is { } ofChoice)
            return ofChoice;
        if (hasReply)
            return null;
        bool isTold = isFailure
            || ResponseJson.Text(root, "object", "type", "status") is "error" or "fail" or "failed"
            || ResponseJson.Find(root, "success", "ok") is { ValueKind: JsonValueKind.False }
            || ResponseJson.Find(root, "detail", "code", "error_code", "status_code", "statusCode") is not null
            || ResponseJson.Find(root, "message", "msg") is { ValueKind: JsonValueKind.String };
        return isTold ? root : ResponseJson.Find(root, "data", "result", "response", "body") is { ValueKind: JsonValueKind.Object } inner ? Holder(inner, isFailure, hasReply) : null;
    }

    private static bool IsNothing(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String => string.IsNullOrWhiteSpace(error.GetString()),
        JsonValueKind.Object => !error.EnumerateObject().Any() || ResponseJson.Text(error, "status_code", "code") is "0",
        JsonValueKind.Array => error.GetArrayLength() == 0,
        JsonValueKind.True => false,
        _ => true,
    };

    private static string Words(JsonElement error, int depth)
    {
        switch (error.ValueKind)
        {
            case JsonValueKind.String when depth < MaxDepth && Within(error.GetString()!) is { } within:
                var (before, words) = (within.Before.TrimEnd(' ', ':', '-', ',', '\n', '('), Words(within.Value, depth + 1));
                return before.Length == 0 ? words : $"{before}: {words}";
            case JsonValueKind.String:
                return error.GetString()!;
            case JsonValueKind.Number or JsonValueKind.True:
                return error.GetRawText();
            case JsonValueKind.Array when depth < MaxDepth:
                return string.Join("; ", error.EnumerateArray().Select(item => Words(item, depth + 1)).Where(text => text.Length > 0));
            case JsonValueKind.Object when depth < MaxDepth:
                var text = Names.Select(name => ResponseJson.Find(error, name)).Where(value => value is not null).Select(value => Words(value!.Value, depth + 1)).FirstOrDefault(found => found.Length > 0)
                    ?? error.GetRawText();
                var place = ResponseJson.Find(error, "loc") is { ValueKind: JsonValueKind.Array } loc ? string.Join('.', loc.EnumerateArray().Select(ResponseJson.Text)) : "";
                var raw = ResponseJson.Find(error, "metadata") is { } metadata && ResponseJson.Find(metadata, "raw") is { } told ? Words(told, depth + 1) : null;
                return $"{(place.Length > 0 ? place + ": " : "")}{text}{(raw is null or "" || raw == text ? "" : ": " + raw)}";
            default:
                return "";
        }
    }

    /// <summary>
    /// An error object that a gateway wrote into a text, as JSON or as Python prints it, with the words before it:
    /// <c>Error code: 429 - {'error': {'message': …}}</c>.
    /// </summary>
    private static (string Before, JsonElement Value)? Within(string text)
    {
        int start = text.IndexOf('{', StringComparison.Ordinal), end = text.LastIndexOf('}');
        if (start < 0 || end < start)
            return null;
        var written = text[start..(end + 1)];
        foreach (var json in new[] { written, PythonLiteral.ToJson(written) }.OfType<string>())
        {
            if (TolerantJson.Read(json, out bool isWhole) is [{ ValueKind: JsonValueKind.Object } value] && isWhole && Names.Any(name => ResponseJson.Find(value, name) is not null))
                return (text[..start], value);
        }

        return null;
    }

    /// <summary>The codes of an error and of those within it, outermost first.</summary>
    private static IEnumerable<string> CodesOf(JsonElement error, int depth)
    {
        if (error.ValueKind == JsonValueKind.Array && depth < MaxDepth)
        {
            foreach (var code in error.EnumerateArray().SelectMany(item => CodesOf(item, depth + 1)))
                yield return code;
        }

        if (error.ValueKind == JsonValueKind.String && depth < MaxDepth && Within(error.GetString()!) is { } within)
            error = within.Value;
        if (error.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var name in CodeNames)
        {
            if (ResponseJson.Text(error, name) is { } code)
                yield return code;
        }

        foreach (var name in depth < MaxDepth ? new[] { "innererror", "error", "detail", "details", "message" } : [])
        {
            foreach (var code in ResponseJson.Find(error, name) is { } inner ? CodesOf(inner, depth + 1) : [])
                yield return code;
        }
    }

    /// <summary>A wait in seconds: <c>retry_after: 3</c>, or <c>retryDelay: "34s"</c> as Gemini sends it.</summary>
    private static TimeSpan? Wait(JsonElement error, int depth)
    {
        if (error.ValueKind == JsonValueKind.Array && depth < MaxDepth)
            return error.EnumerateArray().Select(item => Wait(item, depth + 1)).FirstOrDefault(wait => wait is not null);
        if (error.ValueKind != JsonValueKind.Object || depth >= MaxDepth)
            return null;
        if (ResponseJson.Text(error, "retry_after", "retryAfter", "retryDelay")?.TrimEnd('s') is { } text
            && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds <= TimeSpan.FromDays(365).TotalSeconds)
            return TimeSpan.FromSeconds(seconds);
        return ResponseJson.Find(error, "details", "metadata") is { } inner ? Wait(inner, depth + 1) : null;
    }
}
