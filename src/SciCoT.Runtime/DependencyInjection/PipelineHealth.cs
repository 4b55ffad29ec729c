using System.Globalization;

namespace SciCoT.DependencyInjection;

/// <summary>What the health checks of one pipeline know of it.</summary>
/// <remarks>
/// A probe is a question that is asked of a pipeline without other work. It is never in the way of a verdict: whoever has calls under
/// way, and ends some, answers. Safe for concurrent callers.
/// </remarks>
/// <param name="pipeline">Gives the pipeline, loading it at first.</param>
/// <param name="time">The clock.</param>
internal sealed class PipelineHealth(Func<ISciCoTPipeline> pipeline, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private volatile ISciCoTPipeline? _loaded;
    private long _seen; // answers that were counted when it was looked last
    private long? _answered;
    private Task? _probe;
    private long _probed;

    /// <summary>How long an answer shows that an idle pipeline works.</summary>
    public static TimeSpan Freshness { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long work may stand still before its pipeline counts as dead.</summary>
    public static TimeSpan StallAfter { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether the pipeline was asked for, and loaded.</summary>
    public bool IsLoaded => _loaded is not null;

    /// <summary>Told when the pipeline is loaded, whoever asked for it.</summary>
    public void Loaded(ISciCoTPipeline loaded) => _loaded = loaded;

    /// <summary>Why the pipeline does not compute any more; <see langword="null"/> where it does, or has nothing to do.</summary>
    public string? Fault()
    {
        if (_loaded is not SciCoTPipeline { Pulses: var pulses })
            return null;
        foreach (var pulse in pulses)
        {
            if (pulse.HasEnded)
                return "A model of the pipeline was disposed of.";
            if (pulse.StandsFor is var stands && stands > StallAfter)
                return string.Create(CultureInfo.InvariantCulture, $"A model has work and has made no step for {stands.TotalSeconds:0} seconds.");
        }

        return null;
    }

    /// <summary>Waits until it is known whether the pipeline answers.</summary>
    /// <param name="cancellationToken">Ends the waiting; a probe under way goes on.</param>
    /// <returns>Why it is ready.</returns>
    /// <exception cref="Exception">It is not: what loading it or the probe has thrown.</exception>
    public async Task<string> ReadyAsync(CancellationToken cancellationToken)
    {
        Task probe;
        lock (_gate)
        {
            if (HasAnswered())
                return "The pipeline answered a moment ago.";
            if (_answered is not null && _probe is null && _loaded is SciCoTPipeline { Workload: { UnderWay: > 0 and var calls, LastAnswered: true } })
                return $"The pipeline is busy with {calls} calls.";
            if (_probe is null)
                (_probe, _probed) = (Task.Run(ProbeAsync, CancellationToken.None), time.GetTimestamp());
            probe = _probe;
        }

        while (!probe.IsCompleted)
        {
            await Task.WhenAny(probe, Task.Delay(Look, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            lock (_gate)
            {
                if (HasAnswered())
                    break; // the probe, or another call
                if (!probe.IsCompleted && _answered is not null && time.GetElapsedTime(_probed) is var waited && waited > ProbePatience && waited < StallAfter)
                    return "The pipeline answered before and is busy.";
            }
        }

        if (probe.IsCompleted)
            await probe.ConfigureAwait(false);
        return "The pipeline answers.";
    }

    /// <summary>Whether an answer was given a moment ago.</summary>
    private bool HasAnswered()
    {
        if (_loaded is SciCoTPipeline { Workload.Answered: var answers } && answers != _seen)
            (_seen, _answered) = (answers, time.GetTimestamp());
        return _answered is { } answered && time.GetElapsedTime(answered) < Freshness;
    }

    private async Task ProbeAsync()
    {
        try
        {
            var loaded = pipeline();
            Loaded(loaded);
            await loaded.AnswerAsync(ProbeQuestion.Value).ConfigureAwait(false);
            lock (_gate)
            {
                _answered = time.GetTimestamp();
                if (loaded is SciCoTPipeline { Workload.Answered: var answers })
                    _seen = answers;
            }
        }
        finally
        {
            lock (_gate)
                _probe = null;
        }
    }
}
