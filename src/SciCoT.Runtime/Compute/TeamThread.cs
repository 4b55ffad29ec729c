namespace SciCoT.Compute;

/// <summary>A thread of the team. It goes from crew to crew, and sleeps when no crew has taken it for a while.</summary>
/// <remarks>
/// Threads with a number from that of the processors on are spares. Spinning, they would take the processors from those who
/// compute. So they look from time to time whether a job is stuck, and take parts of it only then.
/// </remarks>
internal sealed class TeamThread
{
    /// <summary>Looks for a crew before the thread goes to sleep, about 50 µs: the gap between two steps of a search.</summary>
    private const int IdleLooks = 1000;

    /// <summary>The longest nap of a spare, in milliseconds; also how long it naps before it goes to sleep.</summary>
    private const int LongestNap = 64;

    private readonly object _bed = new();
    private volatile Crew? _crew;
    private volatile bool _sleeps;
    private int _nap = 1;

    /// <param name="number">The thread's number in its team. The first is 1, because callers count as members.</param>
    public TeamThread(int number)
    {
        Number = number;
        new Thread(Work) { IsBackground = true, Name = FormattableString.Invariant($"SciCoT compute {number}") }.Start();
    }

    public int Number { get; }

    /// <summary>Whether there is no processor for the thread while the others compute.</summary>
    public bool IsSpare => Number >= Environment.ProcessorCount;

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

    /// <summary>Sleeps for a while, each time longer.</summary>
    public void Nap()
    {
        Thread.Sleep(_nap);
        _nap = Math.Min(2 * _nap, LongestNap);
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
            if (!IsSpare)
            {
                Thread.SpinWait(1);
                continue;
            }

            Nap();
            if (_nap == LongestNap)
                break;
        }

        lock (_bed)
        {
            _sleeps = true;
            Interlocked.MemoryBarrier();
            Crew? crew;
            while ((crew = _crew) is null || crew == last)
                Monitor.Wait(_bed);
            _sleeps = false;
            _nap = 1;
            return crew;
        }
    }
}
