using System.Text.Json;

namespace SciCoT.Replies;

/// <summary>Finds the reply in a response whose fields may have other types, other names or another form than OpenAI's.</summary>
internal static class ReplyReader
{
    private const int MaxDepth = 4;

    private static readonly string[] Wrappers = ["data", "result", "response", "body", "completion", "payload", "output", "reply", "chat_completion"];
    private static readonly string[] InputNames = ["prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count", "inputTokens", "promptTokens", "tokens_evaluated", "prompt_n"];
    private static readonly string[] OutputNames = ["completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count", "outputTokens", "completionTokens", "tokens_predicted", "predicted_n", "generated_tokens"];
    private static readonly string[] TotalNames = ["total_tokens", "totalTokenCount", "totalTokens"];
    private static readonly string[] TextNames = ["response", "generated_text", "completion", "output_text", "content", "text"];

    /// <summary>Reads the values of a response.</summary>
    /// <returns>The reply; <see langword="null"/> when none of the values has one.</returns>
    public static ReadReply? Read(IReadOnlyList<JsonElement> values)
    {
        var pieces = values.SelectMany(value => Pieces(value, 0)).ToArray();
        if (pieces.Length == 0)
            return null;

        // A stream of parts is put together. Of several whole replies the first that has a text is taken.
        bool isStream = pieces.Length > 1 && pieces.Any(piece => piece.IsPart);
        var reply = isStream ? pieces[0].Reply : (pieces.FirstOrDefault(piece => piece.Reply.Text.Length > 0) ?? pieces[0]).Reply;
        if (!isStream)
            return reply;
        var ends = pieces.Select(piece => piece.Reply).Where(piece => piece.ToldFinish is { Length: > 0 }).ToArray();
        return reply with
        {
            Text = string.Concat(pieces.Select(piece => piece.Reply.Text)),
            Finish = ends.Length == 0 ? FinishReasons.Stop : ends[^1].Finish,
            ToldFinish = ends.Length == 0 ? null : ends[^1].ToldFinish,
            Refusal = pieces.Select(piece => piece.Reply.Refusal).FirstOrDefault(text => text is not null),
            Id = pieces.Select(piece => piece.Reply.Id).FirstOrDefault(text => text is not null),
            Model = pieces.Select(piece => piece.Reply.Model).FirstOrDefault(text => text is not null),
            InputTokens = pieces.Select(piece => piece.Reply.InputTokens).LastOrDefault(count => count is not null),
            OutputTokens = pieces.Select(piece => piece.Reply.OutputTokens).LastOrDefault(count => count is not null),
        };
    }

    private static IEnumerable<ReplyPiece> Pieces(JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when depth < MaxDepth: // JSON in a text
                return TolerantJson.Read(value.GetString()!, out _).Where(inner => inner.ValueKind == JsonValueKind.Object).SelectMany(inner => Pieces(inner, depth + 1));
            case JsonValueKind.Array when depth < MaxDepth:
                return value.EnumerateArray().SelectMany(item => Pieces(item, depth + 1));
            case JsonValueKind.Object:
                if (Find(value) is { } piece)
                    return [piece];
                return depth == MaxDepth ? [] : Wrappers
                    .Select(name => ResponseJson.Find(value, name))
                    .Where(inner => inner is { ValueKind: not JsonValueKind.String } || (inner is { } text && TolerantJson.LooksLikeObject(text.GetString()!)))
                    .Select(inner => Pieces(inner!.Value, depth + 1).ToArray())
                    .FirstOrDefault(inner => inner.Length > 0) ?? [];
            default:
                return [];
        }
    }

    private static ReplyPiece? Find(JsonElement root)
    {
        if (root.TryGetProperty("choices", out var choices))
            return OfChoices(root, choices);
        if (ResponseJson.Find(root, "candidates") is { ValueKind: JsonValueKind.Array } candidates)
        {
            var first = candidates.EnumerateArray().FirstOrDefault();
            return Make(root, first, ResponseJson.Find(first, "content"), FinishOf(first) ?? FinishOf(ResponseJson.Find(root, "promptFeedback"), "blockReason"));
        }

        if (ResponseJson.Find(root, "promptFeedback") is { } feedback && ResponseJson.Text(feedback, "blockReason") is not null)
            return Make(root, root, null, FinishReasons.Filter);
        if (ResponseJson.Find(root, "output") is { ValueKind: JsonValueKind.Array } output && ResponseJson.Find(root, "status", "object") is not null)
        {
            var end = ResponseJson.Find(root, "incomplete_details") is { } details ? ResponseJson.Text(details, "reason") : ResponseJson.Text(root, "status");
            return Make(root, output.EnumerateArray().LastOrDefault(), output, end);
        }

        if (ResponseJson.Find(root, "delta", "message") is { ValueKind: JsonValueKind.Object } message && ResponseJson.Find(root, "error") is null)
            return Make(root, message, ResponseJson.Find(message, "content", "text", "parts"), FinishOf(root), isPart: ResponseJson.Find(root, "done") is { ValueKind: JsonValueKind.False } || ResponseJson.Find(root, "delta") is not null);
        if (ResponseJson.Find(root, "content") is { ValueKind: JsonValueKind.Array } parts)
            return Make(root, root, parts, FinishOf(root));
        if (ResponseJson.Find(root, "error", "errors", "detail") is not null)
            return null;
        foreach (var name in TextNames)
        {
            if (ResponseJson.Find(root, name) is { ValueKind: JsonValueKind.String } text && !TolerantJson.LooksLikeObject(text.GetString()!))
                return Make(root, root, text, FinishOf(root), isPart: ResponseJson.Find(root, "done", "stop") is { ValueKind: JsonValueKind.False });
        }

        return null;
    }

    private static ReplyPiece OfChoices(JsonElement root, JsonElement choices)
    {
        var all = choices.ValueKind == JsonValueKind.Object && ResponseJson.Find(choices, "message", "delta", "text") is null
            ? choices.EnumerateObject().Select(choice => choice.Value)
            : choices.ValueKind is JsonValueKind.Array or JsonValueKind.Object ? ResponseJson.Items(choices) : [];
        var read = all
            .Where(choice => choice.ValueKind is JsonValueKind.Object or JsonValueKind.String)
            .OrderBy(choice => ResponseJson.Count(choice, "index") ?? 0)
            .Select(choice => OfChoice(root, choice))
            .ToArray();
        return read.FirstOrDefault(piece => piece.Reply.Text.Trim().Length > 0) ?? read.FirstOrDefault() ?? Make(root, root, null, FinishOf(root));
    }

    private static ReplyPiece OfChoice(JsonElement root, JsonElement choice)
    {
        if (choice.ValueKind == JsonValueKind.String)
            return Make(root, choice, choice, null);
        var message = ResponseJson.Find(choice, "message") ?? ResponseJson.Find(choice, "delta") ?? Last(ResponseJson.Find(choice, "messages")) ?? choice;
        var content = message.ValueKind == JsonValueKind.Object ? ResponseJson.Find(message, "content") ?? ResponseJson.Find(message, "text", "parts") : message;
        var end = ResponseJson.Find(choice, "error") is null ? FinishOf(choice) : FinishReasons.Error;
        return Make(root, message, content, end ?? FinishOf(root), isPart: ResponseJson.Find(choice, "message") is null && ResponseJson.Find(choice, "delta") is not null);
    }

    private static JsonElement? Last(JsonElement? array) =>
        array is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[list.GetArrayLength() - 1] : null;

    private static ReplyPiece Make(JsonElement root, JsonElement message, JsonElement? content, string? end, bool isPart = false)
    {
        var usage = ResponseJson.Items(ResponseJson.Find(root, "usage", "usageMetadata", "usage_metadata", "timings")).LastOrDefault(root);
        var (input, output, total) = (ResponseJson.Count(usage, InputNames), ResponseJson.Count(usage, OutputNames), ResponseJson.Count(usage, TotalNames));
        var reply = new ReadReply
        {
            Id = ResponseJson.Text(root, "id", "responseId", "response_id", "request_id"),
            Model = ResponseJson.Text(root, "model", "modelVersion", "model_name"),
            Text = MessageText.Of(content),
            Refusal = MessageText.Refusal(message),
            Finish = FinishReasons.Of(end),
            ToldFinish = end,
            InputTokens = input ?? (total >= output ? total - output : null),
            OutputTokens = output ?? (total >= input ? total - input : null),
        };
        return new(reply, isPart);
    }

    /// <summary>How a reply ended. Servers that leave finish_reason out may tell it under another name.</summary>
    private static string? FinishOf(JsonElement? json, params string[] names)
    {
        if (json is not { ValueKind: JsonValueKind.Object } holder)
            return null;
        foreach (var name in names.Length > 0 ? names : ["finish_reason", "finishReason", "done_reason", "stop_reason", "stopReason", "native_finish_reason"])
        {
            if (ResponseJson.Find(holder, name) is { } value && FinishReasons.Told(value) is { Length: > 0 } told)
                return told;
        }

        return null;
    }

    private sealed record ReplyPiece(ReadReply Reply, bool IsPart);
}
