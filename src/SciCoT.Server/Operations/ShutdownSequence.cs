using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace SciCoT.Server.Operations;

/// <summary>
/// A server that is told to stop is not ready from then on and goes on serving for a while, so that a load balancer sends its requests
/// elsewhere before connections are refused.
/// </summary>
/// <remarks>What comes after, the wait for accepted requests, is Kestrel's.</remarks>
internal sealed class ShutdownSequence(SciCoTServerOptions options, IHostApplicationLifetime lifetime, TimeProvider time) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _stopping;
    private volatile bool _probed;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _probed = true;
        return Task.FromResult(_stopping || lifetime.ApplicationStopping.IsCancellationRequested
            ? new HealthCheckResult(context.Registration.FailureStatus, "The server is stopping.")
            : HealthCheckResult.Healthy("The server is not stopping."));
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        if (_probed)
            await Task.Delay(options.DrainDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
