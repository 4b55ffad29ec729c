namespace SciCoT.Replies;

/// <summary>Server-sent events, which some servers send to requests that did not ask for a stream.</summary>
internal static class EventStream
{
    private const string Data = "data:";

    /// <summary>The data of the events one behind the other; <see langword="null"/> for a text that is no event stream.</summary>
    public static string? Values(string body)
    {
        var start = body.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (!start.StartsWith(Data) && !start.StartsWith("event:") && !start.StartsWith("id:") && !start.StartsWith("retry:") && start is not [':', ..])
            return null;
        var data = body.Split('\n')
            .Where(line => line.StartsWith(Data, StringComparison.Ordinal))
            .Select(line => line[Data.Length..].Trim())
            .Where(line => line.StartsWith('{') || line.StartsWith("[{", StringComparison.Ordinal))
            .ToArray();
        return data.Length == 0 ? null : string.Join('\n', data);
    }

    /// <summary>Whether a stream came to its end.</summary>
    public static bool IsWhole(string body) => body.Contains("[DONE]", StringComparison.Ordinal);
}
