namespace SciCoT.Compute;

/// <summary>A thread of the team. It goes from crew to crew, and sleeps when no crew has taken it for a while.</summary>
internal sealed class TeamThread
{
    /// <summary>Looks for a crew before the thread goes to sleep, about 50 µs: the gap between two steps of a search.</summary>
    private const int IdleLooks = 1000;

    private readonly object _bed = new();
    private volatile Crew? _crew;
    private volatile bool _sleeps;

    public TeamThread(int number) =>
        new Thread(Work) { IsBackground = true, Name = $"SciCoT compute {number}" }.Start();

    /// <summary>Sends the thread to a crew; it leaves by itself when that is over.</summary>
    public void Join(Crew crew)
    {
        _crew = crew;
        Interlocked.MemoryBarrier(); // either the thread sees the crew before it sleeps, or this sees that it sleeps
        if (_sleeps)
        {
            lock (_bed)
                Monitor.Pulse(_bed);
        }
    }

    private void Work()
    {
        for (Crew? last = null; ; last!.Work(this))
            last = Next(last);
    }

    private Crew Next(Crew? last)
    {
        for (int looks = 0; looks < IdleLooks; looks++)
        {
            if (_crew is { } crew && crew != last)
                return crew;
            Thread.SpinWait(1);
        }

        lock (_bed)
        {
            _sleeps = true;
            Interlocked.MemoryBarrier();
            Crew? crew;
            while ((crew = _crew) is null || crew == last)
                Monitor.Wait(_bed);
            _sleeps = false;
            return crew;
        }
    }
}
