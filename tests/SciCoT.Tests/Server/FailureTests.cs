using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace SciCoT.Tests.Server;

/// <summary>Requests that take too long, whose client leaves, or whose model fails.</summary>
public sealed class FailureTests
{
    private const string Whole = $$"""{"question": "{{ServerReplies.Question}}"}""";
    private const string Streamed = $$"""{"question": "{{ServerReplies.Question}}", "stream": true}""";
    private const string Chat = $$"""{"messages": [{"role": "user", "content": "{{ServerReplies.Question}}"}], "stream": true}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1/answers", Whole)]
    [InlineData("v1/answers", Streamed)]
    [InlineData("v1/chat/completions", Chat)]
    public async Task SlowRequest_IsEnded_AndItsStudentToo(string address, string body)
    {
        var (student, time) = (new Waiting(pieces: 0), new FakeTimeProvider());
        await using var server = await OwnServer.StartAsync(student.Value, services: services => services.AddSingleton<TimeProvider>(time));
        var asked = server.Http.PostAsync(address, body);
        await student.Reached.WaitAsync(Token);
        time.Advance(TimeSpan.FromMinutes(1));
        using var response = await asked;
        Assert.Equal("timeout", (string?)(await response.ErrorAsync(HttpStatusCode.GatewayTimeout))["code"]);
        await student.Cancelled.WaitAsync(Token);
    }

    /// <summary>A stream that has begun has no status any more: the refusal is its last event.</summary>
    [Theory]
    [InlineData("v1/answers", Streamed)]
    [InlineData("v1/chat/completions", Chat)]
    public async Task SlowStream_EndsInAnError(string address, string body)
    {
        var (student, time) = (new Waiting(pieces: 1), new FakeTimeProvider());
        await using var server = await OwnServer.StartAsync(student.Value, services: services => services.AddSingleton<TimeProvider>(time));
        using var response = await server.Http.PostAsync(address, body);
        time.Advance(TimeSpan.FromMinutes(1));
        var events = await response.EventsAsync();
        Assert.Equal("error", events[^1].Name);
        Assert.Equal("timeout", (string?)JsonNode.Parse(events[^1].Data)!["error"]!["code"]);
        await student.Cancelled.WaitAsync(Token);
    }

    [Theory]
    [InlineData(Whole, 0)]
    [InlineData(Streamed, 0)]
    [InlineData(Streamed, 1)]
    public async Task ClientThatLeaves_EndsItsWork(string body, int pieces)
    {
        var student = new Waiting(pieces);
        await using var server = await OwnServer.StartAsync(student.Value);
        using var leaves = new CancellationTokenSource();
        var asked = server.Http.PostAsync("v1/answers", body, cancellationToken: leaves.Token);
        await student.Reached.WaitAsync(Token);
        if (pieces > 0)
            (await asked).Dispose(); // in the middle of the stream
        else
            await leaves.CancelAsync();
        await student.Cancelled.WaitAsync(Token);
    }

    [Fact]
    public async Task ClientThatWaits_IsLetGo_WhenAnotherLeaves()
    {
        var student = new Waiting(pieces: 0, calls: 1);
        await using var server = await OwnServer.StartAsync(student.Value, options => (options.ConcurrentRequests, options.WaitingRequests) = (1, 1));
        using var leaves = new CancellationTokenSource();
        var first = server.Http.PostAsync("v1/answers", Whole, cancellationToken: leaves.Token);
        await student.Reached.WaitAsync(Token);
        var second = server.Http.PostAsync("v1/answers", Whole);
        await leaves.CancelAsync();
        await (await second).JsonAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Theory]
    [InlineData(Whole)]
    [InlineData(Streamed)]
    public async Task FailingModel_IsLogged_AndTheClientToldNothingOfIt(string body)
    {
        var log = new Lines();
        await using var server = await OwnServer.StartAsync(new OwnServer.Student(_ => throw new InvalidOperationException("a secret")), services: services => services.AddSingleton<ILoggerProvider>(log));
        using var response = await server.Http.PostAsync("v1/answers", body);
        var error = await response.ErrorAsync(HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("secret", error.ToJsonString());
        Assert.Contains(log.All, line => line.Contains("/v1/answers", StringComparison.Ordinal) && line.Contains("a secret", StringComparison.Ordinal));
    }

    /// <summary>Writes some pieces and then waits until it is told to stop; calls after the first so many do not wait.</summary>
    private sealed class Waiting
    {
        private readonly TaskCompletionSource _reached = new(), _cancelled = new();
        private readonly int _pieces, _calls;
        private int _called;

        public Waiting(int pieces, int calls = int.MaxValue)
        {
            (_pieces, _calls) = (pieces, calls);
            Value = new OwnServer.Student(WriteAsync);
        }

        public IRationaleStudent Value { get; }

        public Task Reached => _reached.Task;

        public Task Cancelled => _cancelled.Task;

        private async IAsyncEnumerable<string> WriteAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            bool waits = Interlocked.Increment(ref _called) <= _calls;
            for (int i = 0; i < _pieces; i++)
                yield return "Because. ";
            await using var told = cancellationToken.Register(() => _cancelled.TrySetResult());
            _reached.TrySetResult();
            if (waits)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            yield return "So it is.";
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines)
                _lines.Add($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
