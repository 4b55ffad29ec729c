using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using SciCoT.DependencyInjection;
using SciCoT.Students;
using SciCoT.Students.Serving;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Pipeline;

namespace SciCoT.Tests.DependencyInjection;

/// <summary>Live and ready are two questions, and neither is answered by how much a pipeline has to do.</summary>
public sealed class HealthTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    private const string Question = "Does copper conduct? (A) rubber (B) copper";
    private static readonly HealthCheckContext Context = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BeforeLoading_ItIsAlive_AndBeingReadyLoadsIt()
    {
        await using var provider = Provider();
        var (live, ready) = (provider.GetRequiredService<SciCoTLivenessCheck>(), provider.GetRequiredService<SciCoTHealthCheck>());

        var first = await live.CheckHealthAsync(Context, Token);
        Assert.Equal(HealthStatus.Healthy, first.Status);
        Assert.Contains("No model is loaded", first.Description);

        Assert.Equal("The pipeline answers.", (await ready.CheckHealthAsync(Context, Token)).Description);
        Assert.DoesNotContain("No model", (await live.CheckHealthAsync(Context, Token)).Description);
    }

    [Fact]
    public async Task AnswerToACaller_MakesItReady()
    {
        await using var provider = Provider();
        await provider.GetRequiredService<ISciCoTPipeline>().AnswerAsync(Question, Token);

        Assert.Contains("a moment ago", (await provider.GetRequiredService<SciCoTHealthCheck>().CheckHealthAsync(Context, Token)).Description);
    }

    [Fact]
    public async Task BusyPipeline_IsAliveAndReadyAtOnce()
    {
        var (time, gate) = (new FakeTimeProvider(), new TaskCompletionSource());
        var student = new GatedStudent();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(time);
        services.AddSciCoT().UseRationaleStudent(_ => new EchoRationaleStudent()).UseAnswerStudent(_ => student);
        await using var provider = services.BuildServiceProvider();
        var (live, ready) = (provider.GetRequiredService<SciCoTLivenessCheck>(), provider.GetRequiredService<SciCoTHealthCheck>());
        Assert.Equal(HealthStatus.Healthy, (await ready.CheckHealthAsync(Context, Token)).Status);
        int asked = student.Asked;

        student.Gate = gate.Task;
        var call = provider.GetRequiredService<ISciCoTPipeline>().AnswerAsync(Question, Token);
        time.Advance(2 * SciCoTHealthCheck.Freshness);

        Assert.Contains("busy with 1", (await ready.CheckHealthAsync(Context, Token)).Description);
        Assert.Equal(HealthStatus.Healthy, (await live.CheckHealthAsync(Context, Token)).Status);
        Assert.Equal(asked + 1, student.Asked); // the caller's question alone
        gate.SetResult();
        await call;
    }

    [Fact]
    public async Task ManyQuestionsInTheQueue_HealthStaysGood()
    {
        await using var provider = Provider();
        var pipeline = provider.GetRequiredService<ISciCoTPipeline>();
        await pipeline.AnswerAsync(Question, Token);
        Task[] calls = [.. Enumerable.Range(0, 200).Select(_ => pipeline.AnswerAsync(Question, Token))];

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(HealthStatus.Healthy, (await provider.GetRequiredService<SciCoTHealthCheck>().CheckHealthAsync(Context, Token)).Status);
            Assert.Equal(HealthStatus.Healthy, (await provider.GetRequiredService<SciCoTLivenessCheck>().CheckHealthAsync(Context, Token)).Status);
        }

        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task DisposedModel_IsNeitherAliveNorReady()
    {
        using var text = T5TextModel.Load(Path.Combine(model.Path, SciCoTModelFolder.AnswerStudent));
        var pipeline = new SciCoTPipeline(new EchoRationaleStudent(), new T5AnswerStudent(text));
        var (live, ready) = (new SciCoTLivenessCheck(pipeline), new SciCoTHealthCheck(() => pipeline));
        Assert.Equal(HealthStatus.Healthy, (await live.CheckHealthAsync(Context, Token)).Status);

        text.Model.Dispose();
        Assert.Equal(HealthStatus.Unhealthy, (await ready.CheckHealthAsync(Context, Token)).Status);
        text.Dispose();

        Assert.Equal(HealthStatus.Unhealthy, (await live.CheckHealthAsync(Context, Token)).Status);
    }

    [Fact]
    public async Task PipelineThatFails_IsNotReadyUntilItAnswers()
    {
        var student = new GatedStudent { Gate = Task.FromException(new InvalidOperationException("out of memory")) };
        var pipeline = new SciCoTPipeline(new EchoRationaleStudent(), student);
        var ready = new SciCoTHealthCheck(() => pipeline);

        Assert.Contains("out of memory", (await ready.CheckHealthAsync(Context, Token)).Description);
        student.Gate = Task.CompletedTask;
        Assert.Equal(HealthStatus.Healthy, (await ready.CheckHealthAsync(Context, Token)).Status);
    }

    [Fact]
    public async Task CheckThatIsCancelled_EndsWithoutItsProbe()
    {
        var (student, gate) = (new GatedStudent(), new TaskCompletionSource());
        student.Gate = gate.Task;
        var pipeline = new SciCoTPipeline(new EchoRationaleStudent(), student);
        var ready = new SciCoTHealthCheck(() => pipeline);
        using var stop = new CancellationTokenSource(50);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ready.CheckHealthAsync(Context, stop.Token));

        gate.SetResult();
        Assert.Equal(HealthStatus.Healthy, (await ready.CheckHealthAsync(Context, Token)).Status);
        Assert.Equal(1, student.Asked); // the probe that was under way
    }

    [Fact]
    public void Pulse_StandsOnlyWhereThereIsWork()
    {
        var time = new FakeTimeProvider();
        var pulse = new WorkPulse(time);

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, pulse.StandsFor);
        pulse.Waits();
        Assert.Equal(TimeSpan.Zero, pulse.StandsFor);
        time.Advance(TimeSpan.FromMinutes(2));
        pulse.Waits();
        Assert.Equal(TimeSpan.FromMinutes(2), pulse.StandsFor);
        pulse.Beat(isBusy: true);
        Assert.Equal(TimeSpan.Zero, pulse.StandsFor);
        time.Advance(TimeSpan.FromMinutes(2));
        pulse.Beat(isBusy: false);
        Assert.Equal(TimeSpan.Zero, pulse.StandsFor);
    }

    private ServiceProvider Provider()
    {
        var services = new ServiceCollection();
        services.AddSciCoT(options => (options.ModelDirectory, options.MaxRationaleTokens) = (model.Path, 8));
        return services.BuildServiceProvider();
    }

    /// <summary>An answer student that waits for its gate.</summary>
    private sealed class GatedStudent : IAnswerStudent
    {
        private int _asked;

        public Task Gate { get; set; } = Task.CompletedTask;

        public int Asked => _asked;

        public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _asked);
            await Gate;
            return await new MentionAnswerStudent().AnswerAsync(questions, cancellationToken);
        }
    }
}
