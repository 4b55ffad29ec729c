using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace SciCoT.Tests.Server;

/// <summary>Sends JSON and reads what comes back.</summary>
internal static class ServerReplies
{
    public const string Question = "What rusts? (A) iron (B) wood";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<HttpResponseMessage> PostAsync(this HttpClient http, string address, string json, string? key = null, CancellationToken? cancellationToken = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(json, new MediaTypeHeaderValue("application/json")) };
        if (key is not null)
            request.Headers.Authorization = new("Bearer", key);
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken ?? Token);
    }

    /// <summary>Asks the test's question.</summary>
    public static async Task<JsonNode> AskAsync(this HttpClient http, string question = Question, string? model = null)
    {
        using var response = await http.PostAsync("v1/answers", new JsonObject { ["question"] = question, ["model"] = model }.ToJsonString());
        return await response.JsonAsync();
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>A refusal in OpenAI's form.</summary>
    public static async Task<JsonNode> ErrorAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        var error = JsonNode.Parse(text)!["error"]!.AsObject();
        Assert.Equal(["message", "type", "code", "param"], error.Select(field => field.Key));
        Assert.NotEmpty((string)error["message"]!);
        return error;
    }

    /// <summary>The events of a stream: their names and their data.</summary>
    public static async Task<IReadOnlyList<(string Name, string Data)>> EventsAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("\n\n", text);
        return [.. text[..^2].Split("\n\n").Select(block => block.Split('\n')).Select(lines => (Field(lines, "event"), Field(lines, "data")))];

        static string Field(string[] lines, string name) => lines.Where(line => line.StartsWith(name + ": ", StringComparison.Ordinal)).Select(line => line[(name.Length + 2)..]).SingleOrDefault("");
    }
}
