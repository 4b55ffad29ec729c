using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using SciCoT.Tests.Cli;

namespace SciCoT.Tests.Server;

/// <summary><c>scicot serve</c> as a process of its own, and clients that speak to it over a socket.</summary>
internal sealed class ServeProcess : IDisposable
{
    private readonly ToolProcess _process;

    private ServeProcess(ToolProcess process, JsonNode started)
    {
        _process = process;
        Models = [.. started["models"]!.AsArray().Select(name => (string)name!)];
        Http = new HttpClient { BaseAddress = new Uri((string)started["url"]!), Timeout = Timeout.InfiniteTimeSpan };
    }

    public IReadOnlyList<string> Models { get; }

    public HttpClient Http { get; }

    /// <summary>Starts a server on a free port and waits until it serves. A busy machine may take long for a request.</summary>
    /// <param name="options">Options of the command.</param>
    /// <param name="environment">Variables of the environment.</param>
    public static async Task<ServeProcess> StartAsync(string[] options, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = ToolProcess.StartConversation([ToolProcess.Path, "serve", "--url", "http://127.0.0.1:0", "--json", "--timeout-seconds", "3600", .. options], environment ?? new Dictionary<string, string>());
        var line = await process.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is null)
            Assert.Fail((await process.EndAsync(TestContext.Current.CancellationToken)).Error);
        return new ServeProcess(process, JsonNode.Parse(line)!);
    }

    /// <summary>OpenAI's own client. It repeats nothing, so that a test sees each refusal.</summary>
    public OpenAIClient Client(string key = "no-key-is-needed") => new(new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(Http.BaseAddress!, "v1"),
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        NetworkTimeout = Timeout.InfiniteTimeSpan,
    });

    public void Signal(string name) => _process.Signal(name);

    /// <summary>Tells the server to stop and waits for its end.</summary>
    public async Task<Commands.Outcome> StopAsync()
    {
        Signal("TERM");
        return await EndAsync();
    }

    public Task<Commands.Outcome> EndAsync() => _process.EndAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Http.Dispose();
        _process.Dispose();
    }
}
