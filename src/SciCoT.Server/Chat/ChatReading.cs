using System.Text.Json;
using SciCoT.Server.Answers;
using SciCoT.Server.Requests;

namespace SciCoT.Server.Chat;

/// <summary>Reads what a chat asks: the last message of the user is the question.</summary>
internal static class ChatReading
{
    private const int MaxStops = 4; // OpenAI's limit

    /// <exception cref="ApiException">A field asks for what the students cannot do.</exception>
    public static void CheckSupported(ChatRequest request)
    {
        if (request.N is not (null or 1))
            throw new ApiException(ApiError.Unsupported("n", $"n must be 1: the same question has the same answer; got {request.N}."));
        if (request.Logprobs == true)
            throw new ApiException(ApiError.Unsupported("logprobs", "logprobs are not given; the reply's field 'scicot' has the choices' probabilities."));
        if (HasItems(request.Tools))
            throw new ApiException(ApiError.Unsupported("tools", "The students call no tools; leave tools out."));
        if (HasItems(request.Functions))
            throw new ApiException(ApiError.Unsupported("functions", "The students call no functions; leave functions out."));
        if (request.ResponseFormat is { Type: not (null or "text") } format)
            throw new ApiException(ApiError.Unsupported("response_format", $"response_format must be text; got {format.Type}. POST /v1/answers replies with JSON."));
        if (request.Modalities?.Any(modality => modality != "text") == true)
            throw new ApiException(ApiError.Unsupported("modalities", "The students write text only."));
        if (request.MaxTokens < 1)
            throw new ApiException(ApiError.Invalid("max_tokens must be at least 1.", "max_tokens"));
        if (request.MaxCompletionTokens < 1)
            throw new ApiException(ApiError.Invalid("max_completion_tokens must be at least 1.", "max_completion_tokens"));
    }

    /// <exception cref="ApiException">There is no question.</exception>
    public static ScienceQuestion ReadQuestion(ChatRequest request, SciCoTServerOptions options)
    {
        var asked = request.Messages?.LastOrDefault(message => message?.Role == "user")
            ?? throw new ApiException(ApiError.Invalid("messages has no message of the role 'user'; the last one is the question.", "messages"));
        return QuestionReader.Parse(TextOf(asked.Content), "messages", options);
    }

    /// <summary>The texts before which the answer ends.</summary>
    /// <exception cref="ApiException">They are none.</exception>
    public static IReadOnlyList<string> ReadStops(ChatRequest request)
    {
        string?[] stops = request.Stop switch
        {
            null or { ValueKind: JsonValueKind.Null } => [],
            { ValueKind: JsonValueKind.String } one => [JsonText.Of(one, "stop")],
            { ValueKind: JsonValueKind.Array } several => [.. several.EnumerateArray().Select(stop => JsonText.Of(stop, "stop"))],
            _ => [null],
        };
        string[] texts = [.. stops.OfType<string>().Where(stop => stop.Length > 0)];
        return stops.Length <= MaxStops && texts.Length == stops.Length
            ? texts
            : throw new ApiException(ApiError.Invalid($"stop must be a text, or at most {MaxStops} of them, none empty.", "stop"));
    }

    /// <summary>The text before the first of the stops that it has.</summary>
    public static string Cut(string text, IReadOnlyList<string> stops)
    {
        int end = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(found => found >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..end];
    }

    private static string? TextOf(JsonElement? content) => content switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => JsonText.Of(text, "messages"),
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(TextOfPart)),
        _ => throw new ApiException(ApiError.Invalid("A message's content must be a text or a list of parts.", "messages")),
    };

    private static string TextOfPart(JsonElement part)
    {
        if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && JsonText.Of(type, "messages") == "text"
            && part.TryGetProperty("text", out var text) && JsonText.Of(text, "messages") is { } own)
            return own;
        throw new ApiException(ApiError.Unsupported("messages", "The students read text only: each part of a message's content must have the type 'text'."));
    }

    private static bool HasItems(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() > 0;
}
