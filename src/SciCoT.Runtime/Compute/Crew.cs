using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SciCoT.Compute;

/// <summary>Does the pieces of a phase from <paramref name="from"/> to before <paramref name="to"/>.</summary>
/// <param name="member">Who does it, from 0 to below the crew's size: two parts with the same number never run at the same time.</param>
/// <param name="from">The first piece.</param>
/// <param name="to">The piece after the last.</param>
internal delegate void CrewPart(int member, int from, int to);

/// <summary>
/// A caller and the threads that it has taken for a job. The caller goes through the job's phases; in each phase whoever has
/// time takes parts of it. The caller waits for parts that were taken, not for threads that have not come.
/// </summary>
/// <remarks>Used by the thread that rented it, and disposed of once. One without helpers keeps nothing, and serves many callers at a time.</remarks>
internal sealed class Crew : IDisposable
{
    /// <summary>The number of spins before a waiting thread yields the processor, about 2 µs.</summary>
    private const int PatientLooks = 50;

    /// <summary>Added to the number of parts left, so that late takers do not borrow from the number of the phase.</summary>
    private const int Offset = 1 << 30;

    private readonly ThreadTeam _team;
    private readonly TeamThread[] _helpers;
    private Counters _counters;
    private CrewPart? _body;
    private int _count;
    private int _grain;
    private int _parts;
    private int _phase;
    private volatile bool _over;
    private volatile ExceptionDispatchInfo? _failure;

    internal Crew(ThreadTeam team, TeamThread[] helpers)
    {
        _team = team;
        _helpers = helpers;
        _counters.Tickets = Offset;
    }

    /// <summary>Number of members, the caller included.</summary>
    public int Size => _helpers.Length + 1;

    /// <summary>Members that run at the same time: more of them than processors only wait for each other.</summary>
    public int Shares => Math.Min(Size, Environment.ProcessorCount);

    /// <summary>The size of parts that members take: small enough that they end together, large enough to be worth taking, and as many for each.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="cost">Multiplications that a piece takes.</param>
    /// <param name="multiple">What the size must be a multiple of.</param>
    public int Grain(int count, long cost, int multiple = 1)
    {
        if (Size == 1)
            return Math.Max(1, count);
        long least = ThreadTeam.WorthAMember / 2;
        long grain = Whole(Math.Max((least + cost - 1) / Math.Max(1, cost), count / (4L * Shares)));
        long parts = (count + grain - 1) / grain;
        if (parts > Shares) // a part too many would keep one member while the others wait
            grain = Whole((count + (parts / Shares * Shares) - 1) / (parts / Shares * Shares));
        return (int)Math.Min(int.MaxValue / 2, grain);

        long Whole(long pieces) => Math.Max(1, (pieces + multiple - 1) / multiple) * multiple;
    }

    /// <summary>Does a phase: returns when all its pieces are done.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="grain">Pieces in a part.</param>
    /// <param name="body">Does a part.</param>
    /// <exception cref="Exception">What the first part that failed has thrown; parts that were not begun are then left out.</exception>
    public void For(int count, int grain, CrewPart body)
    {
        int parts = (int)(((long)count + grain - 1) / grain);
        if (Size == 1 || parts <= 1)
        {
            for (int from = 0; from < count; from += grain)
                body(0, from, Math.Min(count - from, grain) + from);
            return;
        }

        (_body, _count, _grain, _parts, _counters.Done) = (body, count, grain, parts, 0);
        Volatile.Write(ref _counters.Tickets, ((long)++_phase << 32) | (uint)(Offset + parts));
        int own = TakeParts(0, out _);
        for (int looks = 0; own + Volatile.Read(ref _counters.Done) < parts; looks++)
            Pause(looks);
        if (_failure is not { } failure)
            return;
        _failure = null;
        failure.Throw();
    }

    public void Dispose()
    {
        if (_over)
            return;
        _over = _helpers.Length > 0;
        _body = null;
        _team.Return(_helpers);
    }

    /// <summary>What a helper does until the crew is over.</summary>
    internal void Work(TeamThread helper)
    {
        int member = Array.IndexOf(_helpers, helper) + 1;
        while (!_over)
        {
            if (helper.IsSpare && !IsStuck(helper))
                continue;
            int done = TakeParts(member, out int phase);
            if (done > 0)
                Interlocked.Add(ref _counters.Done, done);
            for (int looks = 0; (int)(Volatile.Read(ref _counters.Tickets) >> 32) == phase; looks++)
            {
                if (_over)
                    return;
                if (helper.IsSpare)
                    break;
                Pause(looks);
            }
        }
    }

    /// <summary>Whether nobody took a part during a nap: only then does a spare do more good than harm.</summary>
    private bool IsStuck(TeamThread spare)
    {
        long before = Volatile.Read(ref _counters.Tickets);
        spare.Nap();
        return !_over && before == Volatile.Read(ref _counters.Tickets);
    }

    /// <summary>Takes parts and does them until none is left.</summary>
    /// <param name="member">Who takes them.</param>
    /// <param name="phase">The phase in which none is left.</param>
    /// <returns>Parts done, all of that phase: it cannot end before this number is added to the others'.</returns>
    private int TakeParts(int member, out int phase)
    {
        for (int done = 0; ; done++)
        {
            // One word holds the phase and the parts left: whoever has a ticket can rely on the phase's other fields.
            long ticket = Interlocked.Decrement(ref _counters.Tickets);
            int left = (int)ticket - Offset;
            if (left < 0)
            {
                phase = (int)(ticket >> 32);
                return done;
            }

            if (_failure is not null)
                continue;
            try
            {
                int from = (_parts - 1 - left) * _grain;
                _body!(member, from, Math.Min(_count - from, _grain) + from);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }
        }
    }

    private static void Pause(int looks)
    {
        if (looks < PatientLooks)
            Thread.SpinWait(1);
        else
            Thread.Yield();
    }

    /// <summary>What members write at the same time, each on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Counters
    {
        [FieldOffset(64)]
        public long Tickets;

        [FieldOffset(128)]
        public int Done;
    }
}
