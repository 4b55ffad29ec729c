using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace SciCoT.Models.Inference;

/// <summary>
/// The caller and some threads beside it, which do a job together in phases of microseconds. Within a job they wait for each
/// other without leaving the processor; shortly after it they sleep.
/// </summary>
internal sealed class WorkerTeam
{
    /// <summary>Looks at what a thread waits for before it offers the processor to others, about 2 µs.</summary>
    private const int PatientLooks = 50;

    /// <summary>The same before a thread without a job goes to sleep, about 50 µs: the gap between two steps of a search.</summary>
    private const int IdleLooks = 1000;

    // Teams are used again, the last used first; there are as many as there were callers at one time.
    private static readonly ConcurrentDictionary<int, ConcurrentStack<WorkerTeam>> Resting = new();

    private readonly object _sleepers = new();
    private volatile Action<WorkerTeam, int> _job = (_, _) => { };
    private volatile int _jobs;
    private volatile int _working;
    private volatile int _phase;
    private volatile ExceptionDispatchInfo? _failure;
    private int _arrived;
    private int _taken;

    private WorkerTeam(int size)
    {
        Size = size;
        for (int member = 1; member < size; member++)
        {
            int number = member;
            new Thread(() => Work(number)) { IsBackground = true, Name = nameof(WorkerTeam) }.Start();
        }
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int Size { get; }

    /// <summary>Does a job with a team that no other caller uses meanwhile.</summary>
    /// <param name="size">Number of threads, the caller included.</param>
    /// <param name="job">What each of them does, given the team and its own number from 0. All go through the same phases.</param>
    public static void Run(int size, Action<WorkerTeam, int> job)
    {
        var resting = Resting.GetOrAdd(size, _ => new ConcurrentStack<WorkerTeam>());
        if (!resting.TryPop(out var team))
            team = new WorkerTeam(size);
        team.Run(job);
        var failure = team._failure; // the next caller's job clears it
        resting.Push(team);
        failure?.Throw();
    }

    /// <summary>Takes a part of the phase's work that nobody has taken yet.</summary>
    /// <param name="count">All work of the phase, the same for all members.</param>
    /// <param name="grain">The size of a part.</param>
    /// <param name="from">The first piece of the part.</param>
    /// <param name="to">The piece after the last.</param>
    /// <returns>Whether there was any left.</returns>
    public bool Take(int count, int grain, out int from, out int to)
    {
        from = Interlocked.Add(ref _taken, grain) - grain;
        to = Math.Min(from + grain, count);
        return from < count;
    }

    /// <summary>Ends a phase: waits until all members have come to its end.</summary>
    public void EndPhase()
    {
        int phase = _phase;
        if (Interlocked.Increment(ref _arrived) == Size)
        {
            _arrived = 0;
            _taken = 0;
            _phase = phase + 1;
            return;
        }

        for (int looks = 0; _phase == phase; looks++)
        {
            if (_failure is not null)
                throw new OperationCanceledException("Another member of the team has failed.");
            Wait(looks);
        }
    }

    private static void Wait(int looks)
    {
        if (looks < PatientLooks)
            Thread.SpinWait(1);
        else
            Thread.Yield();
    }

    private void Run(Action<WorkerTeam, int> job)
    {
        _failure = null;
        _arrived = 0;
        _taken = 0;
        _working = Size - 1;
        _job = job;
        lock (_sleepers)
        {
            _jobs++;
            Monitor.PulseAll(_sleepers);
        }

        Do(job, 0);
        for (int looks = 0; _working > 0; looks++)
            Wait(looks);
    }

    private void Work(int member)
    {
        for (int done = 0; ; done++)
        {
            for (int looks = 0; _jobs == done && looks < IdleLooks; looks++)
                Thread.SpinWait(1);
            if (_jobs == done)
            {
                lock (_sleepers)
                {
                    while (_jobs == done)
                        Monitor.Wait(_sleepers);
                }
            }

            Do(_job, member);
            Interlocked.Decrement(ref _working);
        }
    }

    private void Do(Action<WorkerTeam, int> job, int member)
    {
        try
        {
            job(this, member);
        }
        catch (Exception e)
        {
            // The first failure counts: the others of the team only notice it.
            _failure ??= ExceptionDispatchInfo.Capture(e);
        }
    }
}
