using SciCoT.Tests.Cli;

namespace SciCoT.Tests.Server;

/// <summary>One running <c>scicot serve</c> over untrained students under two names, for all tests of a class.</summary>
public sealed class ServedModel : IAsyncLifetime
{
    public const string First = "first";
    public const string Second = "second";

    private readonly TinyModelFolder _model = new();
    private ServeProcess? _server;

    internal ServeProcess Server => _server!;

    public HttpClient Http => Server.Http;

    public async ValueTask InitializeAsync() =>
        _server = await ServeProcess.StartAsync(["--model", $"{First}={_model.Path}", "--model", $"{Second}={_model.Path}", "--examples", _model.QuestionPath, "--max-question-length", "1000", "--queue", "100000"]);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null && !OperatingSystem.IsWindows())
            await _server.StopAsync();
        _server?.Dispose();
        _model.Dispose();
    }
}
