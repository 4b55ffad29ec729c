using System.Diagnostics.CodeAnalysis;

namespace SciCoT.Compute;

/// <summary>
/// The process's threads for computing. A caller takes some of them for a job as its <see cref="Crew"/> and gives them back;
/// their number does not grow with the callers.
/// </summary>
/// <remarks>
/// Safe for concurrent callers. Callers count as members: when all places are taken, a further caller computes alone. A result
/// must not depend on the number of members, because a crew may be smaller than asked for.
/// </remarks>
internal sealed class ThreadTeam
{
    /// <summary>Multiplications that take a thread longer than handing them over, a few microseconds.</summary>
    public const long WorthAMember = 1 << 15;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<TeamThread, int> _idle = new(); // by number: the first ones are awake the most
    private readonly Func<int, TeamThread> _start;
    private readonly Crew _alone; // of each caller that gets no helper
    private int _started;
    private int _busy; // members of all crews, callers included

    /// <param name="size">Members of all crews together, callers included. Above the number of processors they slow each other down.</param>
    public ThreadTeam(int size)
        : this(size, number => new TeamThread(number))
    {
    }

    /// <param name="size">Members of all crews together, callers included.</param>
    /// <param name="start">Starts the thread of a number.</param>
    internal ThreadTeam(int size, Func<int, TeamThread> start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        _start = start;
        _alone = new Crew(this, []);
    }

    /// <summary>The team of the process: one member for each processor. Only tests set another.</summary>
    public static ThreadTeam Shared { get; set; } = new(Environment.ProcessorCount);

    /// <summary>Members at one time, callers included. Threads start when they are first needed.</summary>
    public int Size { get; }

    /// <summary>Threads started so far, callers not included.</summary>
    public int Started
    {
        get
        {
            lock (_gate)
                return _started;
        }
    }

    /// <summary>Takes members for a job. The caller is the first of them and disposes the crew when the job is done.</summary>
    /// <param name="most">Members at most, the caller included.</param>
    /// <param name="work">Multiplications in the job's largest phase: fewer members are taken where they would have too little to do.</param>
    public Crew Rent(int most, long work = long.MaxValue)
    {
        int wanted = (int)Math.Clamp(work / WorthAMember, 1, Math.Max(1, most));
        TeamThread[] helpers;
        lock (_gate)
        {
            int count = Math.Clamp(Size - _busy - 1, 0, wanted - 1);
            helpers = count == 0 ? [] : new TeamThread[count];
            for (int i = 0; i < helpers.Length; i++)
            {
                if (!_idle.TryDequeue(out helpers[i]!, out _) && !TryStart(out helpers[i]!))
                    Array.Resize(ref helpers, i);
            }

            _busy += helpers.Length + 1;
        }

        if (helpers.Length == 0)
            return _alone;
        var crew = new Crew(this, helpers);
        foreach (var helper in helpers)
            helper.Join(crew);
        return crew;
    }

    /// <summary>Does the pieces of one phase, on as many members as they are worth.</summary>
    /// <param name="most">Members at most, the caller included.</param>
    /// <param name="count">Number of pieces.</param>
    /// <param name="cost">Multiplications that a piece takes.</param>
    /// <param name="body">Does some pieces.</param>
    public void For(int most, int count, long cost, CrewPart body)
    {
        using var crew = Rent(most, count * cost);
        crew.For(count, crew.Grain(count, cost), body);
    }

    /// <summary>Does parts of a job that are worth a member each, in any order.</summary>
    /// <param name="most">Members at most, the caller included.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="body">Does the part of the given number.</param>
    public void ForEach(int most, int parts, Action<int> body)
    {
        using var crew = Rent(Math.Min(most, parts));
        crew.For(parts, 1, (_, part, _) => body(part));
    }

    /// <summary>Does something for ranges of a count that are worth a member each, in any order.</summary>
    /// <param name="most">Members at most, the caller included.</param>
    /// <param name="count">The whole.</param>
    /// <param name="grain">The size of a range but the last.</param>
    /// <param name="body">Given the first of a range and the one after its last.</param>
    public void ForRanges(int most, long count, long grain, Action<long, long> body) =>
        ForEach(most, checked((int)((count + grain - 1) / grain)), part => body(part * grain, Math.Min(count, (part + 1) * grain)));

    /// <summary>Starts a further thread; where the system gives none (a container's limit of processes), the job has the members that there are.</summary>
    private bool TryStart([NotNullWhen(true)] out TeamThread? thread)
    {
        try
        {
            thread = _start(_started + 1);
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            thread = null;
            return false;
        }

        _started++;
        return true;
    }

    internal void Return(TeamThread[] helpers)
    {
        lock (_gate)
        {
            _busy -= helpers.Length + 1;
            foreach (var helper in helpers)
                _idle.Enqueue(helper, helper.Number);
        }
    }
}
