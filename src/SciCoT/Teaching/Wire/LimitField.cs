using System.Text.Json.Nodes;

namespace SciCoT.Teaching.Wire;

/// <summary>Which of the two names a service has for the limit of a reply's tokens, and which it took.</summary>
internal sealed class LimitField(ReplyLimitField setting)
{
    private const string Old = "max_tokens";
    private const string New = "max_completion_tokens";

    private volatile string? _learned;
    private volatile bool _isSettled = setting != ReplyLimitField.Automatic;

    /// <summary>Whether the other name may still be tried.</summary>
    public bool IsSettled => _isSettled;

    /// <summary>Gives the limit its name in a request.</summary>
    /// <returns>The name; <see langword="null"/> when the request has no limit.</returns>
    public string? Apply(JsonObject request, Uri? endpoint)
    {
        var limit = request[New] ?? request[Old];
        request.Remove(New);
        request.Remove(Old);
        if (limit is null)
            return null;
        var name = Name(endpoint);
        request[name] = limit.DeepClone();
        return name;
    }

    /// <summary>The other name.</summary>
    public static string Other(string name) => name == Old ? New : Old;

    /// <summary>Whether a refusal is about the name.</summary>
    public static bool IsRefused(int status, string body, string name) =>
        status is 400 or 422 && (body.Contains(name, StringComparison.Ordinal) || status == 422);

    /// <summary>Keeps to a name that the service took, or to the present one after the other was refused too.</summary>
    public void Settle(string name)
    {
        _learned = name;
        _isSettled = true;
    }

    private string Name(Uri? endpoint) => setting switch
    {
        ReplyLimitField.MaxTokens => Old,
        ReplyLimitField.MaxCompletionTokens => New,
        _ => _learned ?? (IsOpenAI(endpoint?.Host) ? New : Old),
    };

    private static bool IsOpenAI(string? host) =>
        host is not null && (host == "api.openai.com" || host.EndsWith(".api.openai.com", StringComparison.Ordinal)
            || host.EndsWith(".openai.azure.com", StringComparison.Ordinal) || host.EndsWith(".azure.com", StringComparison.Ordinal));
}
