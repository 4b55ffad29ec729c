using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SciCoT.Server;
using SciCoT.Server.Operations;

namespace SciCoT.Tests.Server;

public sealed class ShutdownSequenceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ShutdownSequence _sequence;

    public ShutdownSequenceTests() => _sequence = new(new SciCoTServerOptions { DrainDelay = TimeSpan.FromSeconds(5) }, new Lifetime(), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Probed_IsUnhealthyAtOnce_AndStopsAfterTheDelay()
    {
        Assert.Equal(HealthStatus.Healthy, await StatusAsync());
        var stopping = _sequence.StoppingAsync(Token);
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(stopping.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await stopping;
    }

    [Fact]
    public void NeverProbed_StopsAtOnce() => Assert.True(_sequence.StoppingAsync(Token).IsCompletedSuccessfully);

    [Fact]
    public async Task HostThatHurries_IsNotHeldUp()
    {
        await StatusAsync();
        using var hurry = new CancellationTokenSource();
        var stopping = _sequence.StoppingAsync(hurry.Token);
        await hurry.CancelAsync();
        await stopping;
    }

    private async Task<HealthStatus> StatusAsync() =>
        (await _sequence.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("ready", _sequence, null, null) }, Token)).Status;

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
