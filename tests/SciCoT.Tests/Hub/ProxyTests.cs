using SciCoT.Models;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Hub;

/// <summary>
/// The Hub behind a proxy that the environment names. A process has one environment and reads its proxy once, so the client
/// runs in one of its own.
/// </summary>
public sealed class ProxyTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private const string Host = "hub.invalid"; // a name that no resolver knows (RFC 6761)
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Download_GoesThroughTheProxyButToHostsThatNeedNone()
    {
        await using var hub = await StartHubAsync();
        await using var proxy = new LoopbackProxy(Host, hub.Address);
        var outcome = (await DownloadAsync($"http://{Host}/", new() { ["http_proxy"] = proxy.Address.AbsoluteUri, ["no_proxy"] = "127.0.0.1" })).Succeeded();

        using var fetched = T5Model.Load(outcome.Output.Trim());
        Assert.Contains($"GET http://{Host}/api/models/{FakeHub.Repository}/revision/main?blobs=true", proxy.Requests);
        Assert.All(proxy.Requests, request => Assert.Contains(Host, request)); // the host of the large files is 127.0.0.1
        Assert.NotEmpty(hub.Downloads("model.safetensors"));
    }

    [Fact]
    public async Task NoProxy_KeepsTheHubItselfOutOfIt()
    {
        await using var hub = await StartHubAsync();
        await using var proxy = new LoopbackProxy(Host, hub.Address);
        (await DownloadAsync(hub.Address.AbsoluteUri, new() { ["http_proxy"] = proxy.Address.AbsoluteUri, ["NO_PROXY"] = "localhost,127.0.0.1" })).Succeeded();
        Assert.Empty(proxy.Requests);
    }

    [Fact]
    public async Task Https_IsTunnelledThroughItsProxy()
    {
        await using var proxy = new LoopbackProxy(Host, new Uri("http://127.0.0.1:1"));
        using var tool = Start($"https://{Host}/", new() { ["HTTPS_PROXY"] = proxy.Address.AbsoluteUri });
        Assert.Equal($"{Host}:443", await proxy.Tunnel.Task.WaitAsync(Token));
    }

    private async Task<FakeHub> StartHubAsync()
    {
        var hub = await FakeHub.StartAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(model.Path, "answer-student")))
            hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        return hub;
    }

    private async Task<Commands.Outcome> DownloadAsync(string endpoint, Dictionary<string, string> environment)
    {
        using var tool = Start(endpoint, environment);
        return await tool.EndAsync(Token);
    }

    private ToolProcess Start(string endpoint, Dictionary<string, string> environment) =>
        ToolProcess.Start(["download", FakeHub.Repository, "--cache", _folder.Path, "--endpoint", endpoint], environment);
}
