using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SciCoT.DependencyInjection;

/// <summary>Whether a pipeline answers. <c>AddSciCoT</c> registers it; a host adds it to its health checks.</summary>
/// <remarks>
/// A check answers one short question; its result counts for <see cref="Freshness"/>, so that frequent probes cost nothing.
/// Give the check's registration a timeout: a pipeline that is overloaded answers late.
/// </remarks>
public sealed class SciCoTHealthCheck : IHealthCheck
{
    private readonly Func<ISciCoTPipeline> _pipeline;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);
    private long? _answered;

    /// <summary>Makes a check.</summary>
    /// <param name="pipeline">Gives the pipeline; what it throws is reported as unhealthy.</param>
    /// <param name="time">The clock; the system's by default.</param>
    public SciCoTHealthCheck(Func<ISciCoTPipeline> pipeline, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        _pipeline = pipeline;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How long an answer shows that the pipeline works.</summary>
    /// <value>10 seconds.</value>
    public static TimeSpan Freshness { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_answered is { } before && _time.GetElapsedTime(before) < Freshness)
                return HealthCheckResult.Healthy("The pipeline answered a moment ago.");
            await _pipeline().AnswerAsync(ProbeQuestion.Value, cancellationToken).ConfigureAwait(false);
            _answered = _time.GetTimestamp();
            return HealthCheckResult.Healthy("The pipeline answers.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new HealthCheckResult(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy, $"The pipeline cannot answer: {e.Message}", e);
        }
        finally
        {
            _one.Release();
        }
    }
}
