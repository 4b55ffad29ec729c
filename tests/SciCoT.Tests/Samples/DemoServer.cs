using Microsoft.AspNetCore.Builder;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;
using WebDemo;

namespace SciCoT.Tests.Samples;

/// <summary>The web sample on the loopback, over untrained students.</summary>
public sealed class DemoServer : IAsyncLifetime
{
    /// <summary>A busy machine may take long for a question.</summary>
    private static readonly string[] Patience = ["--Server:RequestTimeout", "01:00:00", "--Server:WaitingRequests", "100000"];

    private readonly TinyModelFolder _model = new();
    private readonly TempFolder _folder = new();
    private WebApplication _demo = null!;

    public HttpClient Http { get; } = new() { Timeout = Timeout.InfiniteTimeSpan };

    public Uri Address => Http.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateSymbolicLink(_folder.File("model"), _model.Path);
        Directory.CreateSymbolicLink(_folder.File("direct-student"), Path.Combine(_model.Path, "answer-student"));
        _demo = Demo.Build(["--urls", "http://127.0.0.1:0", "--Demo:Directory", _folder.Path, "--Logging:LogLevel:Default", "Warning", .. Patience]);
        await _demo.StartAsync();
        Http.BaseAddress = new Uri(_demo.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _demo.StopAsync(CancellationToken.None);
        await _demo.DisposeAsync();
        _folder.Dispose();
        _model.Dispose();
    }
}
