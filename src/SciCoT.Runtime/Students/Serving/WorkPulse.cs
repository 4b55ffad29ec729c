namespace SciCoT.Students.Serving;

/// <summary>Whether a model's thread gets on with its work: when it last made a step, and whether it has something to do.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
/// <param name="time">The clock.</param>
internal sealed class WorkPulse(TimeProvider time)
{
    private long _beat = time.GetTimestamp();
    private volatile bool _busy;
    private volatile bool _ended;

    /// <summary>Whether the thread has ended, so that nothing is computed any more.</summary>
    public bool HasEnded => _ended;

    /// <summary>How long the work that there is has not moved; zero where there is none.</summary>
    public TimeSpan StandsFor => _busy ? time.GetElapsedTime(Volatile.Read(ref _beat)) : TimeSpan.Zero;

    /// <summary>There is work; if there was none before, it begins to count from now.</summary>
    public void Waits()
    {
        if (!_busy)
            Beat(isBusy: true);
    }

    /// <summary>A step was made.</summary>
    /// <param name="isBusy">Whether there is more to do.</param>
    public void Beat(bool isBusy)
    {
        Volatile.Write(ref _beat, time.GetTimestamp());
        _busy = isBusy;
    }

    public void Ends() => _ended = true;
}
