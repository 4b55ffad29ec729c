using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SciCoT.DependencyInjection;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Pipeline;

namespace SciCoT.Tests.DependencyInjection;

/// <summary>Several pipelines in one host, warm-up, health, and what the host's log hears.</summary>
public sealed class HostingTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private const string Question = "Does copper conduct? (A) rubber (B) copper";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NamedPipelines_LiveSideBySide()
    {
        var services = new ServiceCollection();
        services.AddKeyedSingleton("host's own", new object()); // other keyed services are none of ours
        services.AddSciCoT("first", o => o.BatchSize = 1).UseRationaleStudent(_ => new EchoRationaleStudent()).UseAnswerStudent(_ => new MentionAnswerStudent());
        services.AddSciCoT("second", o => o.ModelDirectory = model.Path);
        services.AddSciCoT().UseRationaleStudent(_ => new EchoRationaleStudent()).UseAnswerStudent(_ => new MentionAnswerStudent());
        await using var provider = services.BuildServiceProvider();

        var first = provider.GetRequiredKeyedService<ISciCoTPipeline>("first");
        var second = provider.GetRequiredKeyedService<ISciCoTPipeline>("second");
        Assert.Same(first, provider.GetRequiredKeyedService<ISciCoTPipeline>("first"));
        Assert.NotSame(first, provider.GetRequiredService<ISciCoTPipeline>());
        Assert.IsType<EchoRationaleStudent>(provider.GetRequiredKeyedService<IRationaleStudent>("first"));
        Assert.Equal("copper", (await first.AnswerAsync(Question, Cancelled)).Text);
        Assert.Contains((await second.AnswerAsync(Question, Cancelled)).Text, new[] { "rubber", "copper" });
    }

    [Fact]
    public void WrongOptionOfANamedPipeline_StopsTheHostAndNamesBoth()
    {
        var services = new ServiceCollection();
        services.AddSciCoT("good", o => o.ModelDirectory = model.Path);
        services.AddSciCoT("bad", o => (o.ModelDirectory, o.BatchSize) = (model.Path, 0));
        using var provider = services.BuildServiceProvider();

        var failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate()).Failures);
        Assert.StartsWith(nameof(SciCoTOptions.BatchSize), failure);
        Assert.Contains("'bad'", failure);
    }

    [Fact]
    public void NameThatIsNone_IsRefused() => Assert.ThrowsAny<ArgumentException>(() => new ServiceCollection().AddSciCoT(" "));

    [Fact]
    public async Task WarmUp_LoadsAnswersAndSaysSo()
    {
        var log = new MemoryLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddSciCoT("small", o => o.ModelDirectory = model.Path).WarmUp();
        await using var provider = services.BuildServiceProvider();

        await Assert.Single(provider.GetServices<IHostedService>()).StartAsync(Cancelled);

        Assert.Contains(log.Lines, line => line.Contains("rationale-student of pipeline 'small'") && line.Contains(model.Path));
        Assert.Contains(log.Lines, line => line.Contains("Pipeline 'small' is warm"));
        Assert.DoesNotContain(log.Lines, line => line.StartsWith("Error"));
    }

    [Fact]
    public async Task WarmUpWithoutAName_CallsThePipelineDefault()
    {
        var log = new MemoryLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddSciCoT(o => o.ModelDirectory = model.Path).WarmUp();
        await using var provider = services.BuildServiceProvider();

        await Assert.Single(provider.GetServices<IHostedService>()).StartAsync(Cancelled);

        Assert.Contains(log.Lines, line => line.Contains("rationale-student of pipeline 'default'"));
        Assert.Contains(log.Lines, line => line.Contains("Pipeline 'default' is warm"));
    }

    [Fact]
    public async Task WarmUpThatFails_StopsTheHost()
    {
        var log = new MemoryLog();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddSciCoT().UseRationaleStudent(_ => throw new InvalidFileException("damaged")).UseAnswerStudent(_ => new MentionAnswerStudent()).WarmUp();
        await using var provider = services.BuildServiceProvider();

        await Assert.ThrowsAsync<InvalidFileException>(() => Assert.Single(provider.GetServices<IHostedService>()).StartAsync(Cancelled));
        Assert.Contains(log.Lines, line => line.StartsWith("Error"));
    }

    [Fact]
    public async Task HealthCheck_AnswersOnceForManyProbes()
    {
        var time = new FakeTimeProvider();
        int asked = 0;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(time);
        services.AddSciCoT().UseAnswerStudent(_ => new MentionAnswerStudent()).UseRationaleStudent(_ =>
        {
            asked++;
            return asked == 1 ? throw new InvalidFileException("not yet") : new EchoRationaleStudent();
        });
        services.AddHealthChecks().AddCheck<SciCoTHealthCheck>("scicot");
        await using var provider = services.BuildServiceProvider();
        var health = provider.GetRequiredService<HealthCheckService>();

        var first = (await health.CheckHealthAsync(Cancelled)).Entries["scicot"];
        Assert.Equal(HealthStatus.Unhealthy, first.Status);
        Assert.Contains("not yet", first.Description);

        Assert.Equal("The pipeline answers.", (await health.CheckHealthAsync(Cancelled)).Entries["scicot"].Description);
        Assert.Contains("a moment ago", (await health.CheckHealthAsync(Cancelled)).Entries["scicot"].Description);
        time.Advance(SciCoTHealthCheck.Freshness);
        Assert.Equal("The pipeline answers.", (await health.CheckHealthAsync(Cancelled)).Entries["scicot"].Description);
    }

    private sealed class MemoryLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
