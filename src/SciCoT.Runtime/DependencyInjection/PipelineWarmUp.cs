using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace SciCoT.DependencyInjection;

/// <summary>
/// Loads a pipeline's models and has it answer once before the host serves: the first caller waits for nothing, and a host
/// whose models are damaged does not start.
/// </summary>
internal sealed class PipelineWarmUp(IServiceProvider provider, string pipeline) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var log = HostLog.Of(provider);
        long start = Stopwatch.GetTimestamp();
        try
        {
            // Loading is synchronous; the host's other services start meanwhile where the host lets them.
            var loaded = await Task.Run(() => PipelineServices.Get<ISciCoTPipeline>(provider, pipeline), cancellationToken).ConfigureAwait(false);
            await loaded.AnswerAsync(ProbeQuestion.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.PipelineCannotAnswer(e, HostLog.NameOf(pipeline));
            throw;
        }

        log.PipelineWarm(HostLog.NameOf(pipeline), Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
