using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Replies;

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
            if (ResponseJson.Text(root, "custom_id") is not { } id)
                return null;
            if (ResponseJson.Find(root, "response") is { } response && ResponseJson.Find(response, "body") is { } body)
                return (id, new(ResponseJson.Count(response, "status_code") is { } status and <= 999 ? (int)status : 200, body.GetRawText()));
            return ResponseJson.Find(root, "error") is { ValueKind: JsonValueKind.Object } error ? (id, OfError(error)) : null;
        }
        catch (InvalidFileException)
        {
            return null;
        }
    }

    /// <summary>A request without a response: the service says why.</summary>
    private static BatchReply OfError(JsonElement error)
    {
        var code = ResponseJson.Text(error, "code") ?? "error";
        var message = ResponseJson.Text(error, "message") ?? $"the service gave no reply to a request of the batch ({code})";
        return Failure(BatchStates.StatusOf(code), code, message);
    }
}
