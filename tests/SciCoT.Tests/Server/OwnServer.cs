using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SciCoT.Server;

namespace SciCoT.Tests.Server;

/// <summary>A server in this process, on a real socket, over a student that does what a test says.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OwnServer(WebApplication app) => _app = app;

    public HttpClient Http { get; } = new() { Timeout = Timeout.InfiniteTimeSpan };

    public IServiceProvider Services => _app.Services;

    public static async Task<OwnServer> StartAsync(IRationaleStudent student, Action<SciCoTServerOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSciCoTServer(server =>
        {
            server.Pipelines.Add("own");
            configure?.Invoke(server);
        });
        builder.Services.AddSciCoT("own").UseRationaleStudent(_ => student).UseAnswerStudent(_ => new FirstChoice());
        services?.Invoke(builder.Services);
        var server = new OwnServer(builder.Build());
        server._app.MapSciCoTServer();
        await server._app.StartAsync();
        server.Http.BaseAddress = new Uri(server._app.Urls.Single());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Writes pieces of a rationale, and is told when it is to end.</summary>
    internal sealed class Student(Func<CancellationToken, IAsyncEnumerable<string>> write) : IRationaleStudent
    {
        public async Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default) =>
            [string.Concat(await write(cancellationToken).ToArrayAsync(cancellationToken))];

        public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default) => write(cancellationToken);
    }

    private sealed class FirstChoice : IAnswerStudent
    {
        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(asked => new AnswerPrediction(asked.Question.Choices[0].Label, asked.Question.Choices[0].Text, [.. asked.Question.Choices.Select((_, i) => i == 0 ? 1.0 : 0.0)]) { Confidence = 1 })]);
    }
}
