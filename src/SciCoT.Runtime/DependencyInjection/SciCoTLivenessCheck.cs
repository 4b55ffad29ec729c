using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SciCoT.DependencyInjection;

/// <summary>
/// Whether a pipeline is alive: its models' threads run and get on with the work that they have. <c>AddSciCoT</c> registers it; a host adds
/// it to the health checks by which it is restarted.
/// </summary>
/// <remarks>
/// It asks the pipeline nothing, loads nothing and returns at once. A pipeline that is not loaded yet is alive, as is a busy one: only work
/// that has made no step for <see cref="StallAfter"/>, or a model that was disposed of, is unhealthy. Students of a host's own
/// are not seen.
/// </remarks>
public sealed class SciCoTLivenessCheck : IHealthCheck
{
    private readonly PipelineHealth _health;

    /// <summary>Makes a check.</summary>
    /// <param name="pipeline">The pipeline.</param>
    public SciCoTLivenessCheck(ISciCoTPipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _health = new PipelineHealth(() => pipeline, TimeProvider.System);
        _health.Loaded(pipeline);
    }

    internal SciCoTLivenessCheck(PipelineHealth health) => _health = health;

    /// <summary>How long work may stand still.</summary>
    /// <value>1 minute.</value>
    public static TimeSpan StallAfter => PipelineHealth.StallAfter;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(_health.Fault() is { } fault
            ? new HealthCheckResult(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy, fault)
            : HealthCheckResult.Healthy(_health.IsLoaded ? "The models' threads get on with their work." : "No model is loaded yet."));
    }
}
