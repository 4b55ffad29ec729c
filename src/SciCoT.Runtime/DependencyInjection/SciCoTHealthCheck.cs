using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SciCoT.DependencyInjection;

/// <summary>Whether a pipeline is ready: loaded, warm and answering. <c>AddSciCoT</c> registers it; a host adds it to its health checks.</summary>
/// <remarks>
/// <para>The first check loads the models and has them answer a short question, where neither a caller nor <c>WarmUp</c> has.</para>
/// <para>
/// A pipeline with calls under way is judged by them: one that answers is ready however long its queue is. An idle one is asked the
/// short question again, at most every <see cref="Freshness"/>. See <see cref="SciCoTLivenessCheck"/> for what decides about a restart.
/// </para>
/// </remarks>
public sealed class SciCoTHealthCheck : IHealthCheck
{
    private readonly PipelineHealth _health;

    /// <summary>Makes a check.</summary>
    /// <param name="pipeline">Gives the pipeline; what it throws is reported as unhealthy.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public SciCoTHealthCheck(Func<ISciCoTPipeline> pipeline, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _health = new PipelineHealth(pipeline, time ?? TimeProvider.System);
    }

    internal SciCoTHealthCheck(PipelineHealth health) => _health = health;

    /// <summary>How long an answer shows that an idle pipeline works.</summary>
    /// <value>10 seconds.</value>
    public static TimeSpan Freshness => PipelineHealth.Freshness;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var failure = context.Registration?.FailureStatus ?? HealthStatus.Unhealthy;
        if (_health.Fault() is { } fault)
            return new HealthCheckResult(failure, fault);
        try
        {
            return HealthCheckResult.Healthy(await _health.ReadyAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(failure, $"The pipeline cannot answer: {e.Message}", e);
        }
    }
}
