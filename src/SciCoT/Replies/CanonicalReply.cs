using System.Text.Json.Nodes;

namespace SciCoT.Replies;

/// <summary>Writes a reply as OpenAI does, with the fields that clients ask for and no others.</summary>
internal static class CanonicalReply
{
    public static string Write(ReadReply reply)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text };
        if (reply.Refusal is not null)
            message["refusal"] = reply.Refusal;
        var json = new JsonObject
        {
            ["id"] = reply.Id ?? "",
            ["object"] = "chat.completion",
            ["created"] = 0,
            ["model"] = reply.Model ?? "",
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = reply.Finish }),
        };
        if (Count(reply.InputTokens) is { } input && Count(reply.OutputTokens) is { } output)
            json["usage"] = new JsonObject { ["prompt_tokens"] = input, ["completion_tokens"] = output, ["total_tokens"] = Math.Min((long)input + output, int.MaxValue) };
        return json.ToJsonString();
    }

    /// <summary>Clients keep counts in 32 bits.</summary>
    private static int? Count(long? tokens) => tokens is >= 0 and <= int.MaxValue ? (int)tokens : null;
}
