using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;

namespace SciCoT.Batches;

/// <summary>What a service answered to one request of a batch.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body as JSON.</param>
internal sealed record BatchReply(int Status, string Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A failure in the form of an OpenAI error.</summary>
    public static BatchReply Failure(int status, string code, string message) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["code"] = code } }.ToJsonString());

    /// <summary>Reads a line of an output or error file.</summary>
    /// <returns>The request's identifier and the reply; <see langword="null"/> where the line is none.</returns>
    public static (string Id, BatchReply Reply)? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = OutsideJson.Parse(line);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "custom_id") is not { } id)
                return null;
            if (root.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object && response.TryGetProperty("body", out var body))
                return (id, new(Number(response, "status_code") ?? 200, body.GetRawText()));
            return root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? (id, OfError(error)) : null;
        }
        catch (InvalidFileException)
        {
            return null;
        }
    }

    /// <summary>A request without a response: the service says why.</summary>
    private static BatchReply OfError(JsonElement error)
    {
        var code = Text(error, "code") ?? "error";
        var message = Text(error, "message") ?? $"the service gave no reply to a request of the batch ({code})";
        return Failure(BatchStates.StatusOf(code), code, message);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;
}
