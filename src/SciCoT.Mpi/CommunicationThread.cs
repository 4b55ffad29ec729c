using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SciCoT.Distributed;

namespace SciCoT.Mpi;

/// <summary>The one thread that calls MPI: it does the operations of this rank one after another.</summary>
/// <remarks>
/// Before each operation the ranks agree on what it is, by a sum of a few numbers that is waited for without holding a core. Ranks that
/// came first compute on meanwhile, and the operation itself begins when all are there. It also shows at once where ranks do different
/// things, which MPI would answer with a deadlock or wrong numbers.
/// </remarks>
internal sealed unsafe class CommunicationThread : IDisposable
{
    /// <summary>Numbers that the ranks compare: each of three with both signs, as the least of all shows the greatest too.</summary>
    private const int Compared = 6;

    /// <summary>Tests before the thread gives up its core while nobody waits for the operation.</summary>
    private const int TestsAtOnce = 20;

    /// <summary>How long a rank that has nothing else to do asks again at once; afterwards the others are far behind.</summary>
    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(20);

    private readonly BlockingCollection<Collective> _queue = [];
    private readonly MpiCalls _calls;
    private readonly double* _agreed = (double*)NativeMemory.AllocZeroed(Compared, sizeof(double));
    private readonly nint* _request = (nint*)NativeMemory.AllocZeroed(1, (nuint)sizeof(nint));
    private readonly TaskCompletionSource<(int Rank, int Size)> _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _broken;
    private volatile Collective? _current;
    private long _since;
    private int _rank;
    private int _size;

    public CommunicationThread(MpiCalls calls)
    {
        _calls = calls;
        new Thread(Run) { IsBackground = true, Name = "SciCoT MPI" }.Start();
    }

    /// <summary>This rank and their number, once MPI is initialised.</summary>
    public (int Rank, int Size) Joined => _joined.Task.GetAwaiter().GetResult();

    /// <summary>Whether an operation failed; no further one is tried then.</summary>
    public bool IsBroken => _broken is not null;

    /// <summary>Adds an operation.</summary>
    /// <exception cref="ObjectDisposedException">The group has ended.</exception>
    public Collective Begin(Collective collective)
    {
        ObjectDisposedException.ThrowIf(_queue.IsAddingCompleted, typeof(MpiProcessGroup));
        _queue.Add(collective);
        return collective;
    }

    /// <summary>The operation that is under way, and for how long.</summary>
    public (Collective Operation, TimeSpan Age)? UnderWay => _current is { } current ? (current, Stopwatch.GetElapsedTime(Volatile.Read(ref _since))) : null;

    /// <summary>Takes no more operations.</summary>
    public void Dispose() => _queue.CompleteAdding();

    private void Run()
    {
        try
        {
            _calls.Initialize();
            (_rank, _size) = (_calls.Rank, _calls.Size);
            _joined.SetResult((_rank, _size));
        }
        catch (Exception e)
        {
            _joined.SetException(e);
            return;
        }

        foreach (var collective in _queue.GetConsumingEnumerable())
        {
            Volatile.Write(ref _since, Stopwatch.GetTimestamp());
            _current = collective;
            try
            {
                if (_broken is { } cause)
                    throw new ProcessGroupException($"The group of processes is broken: {cause.Message}", cause);
                Agree(collective);
                collective.Run();
                _current = null;
                collective.Complete();
            }
            catch (Exception e) // whoever waits for it gets it
            {
                _current = null;
                _broken ??= e;
                collective.Fail(e);
            }
        }
    }

    private void Agree(Collective collective)
    {
        ReadOnlySpan<double> own = [(int)collective.Kind, collective.Count, collective.Root];
        for (int i = 0; i < own.Length; i++)
            (_agreed[2 * i], _agreed[2 * i + 1]) = (own[i], -own[i]);
        _calls.BeginAllReduce(_agreed, Compared, _calls.Handles.Double, _calls.Handles.Min, _request);
        long begun = Stopwatch.GetTimestamp();
        for (int tests = 0; !_calls.Test(_request); tests++)
        {
            if (tests < TestsAtOnce || (collective.IsAwaited && Stopwatch.GetElapsedTime(begun) < Eager))
                Thread.Yield();
            else
                Thread.Sleep(1);
        }

        for (int i = 0; i < own.Length; i++)
        {
            if (_agreed[2 * i] != -_agreed[2 * i + 1])
                throw Disagreement(own);
        }
    }

    /// <summary>All ranks are here, as all of them have seen that they differ: they tell each other what they were about to do.</summary>
    private ProcessGroupException Disagreement(ReadOnlySpan<double> own)
    {
        var all = new double[_size * own.Length];
        own.CopyTo(all.AsSpan(_rank * own.Length));
        fixed (double* numbers = all)
            _calls.AllReduce(numbers, all.Length, _calls.Handles.Double, _calls.Handles.Sum);
        var told = Enumerable.Range(0, _size).Select(rank => (Rank: rank, Kind: (CollectiveKind)(int)all[3 * rank], Text: Collective.Describe((CollectiveKind)(int)all[3 * rank], (long)all[3 * rank + 1], (int)all[3 * rank + 2]))).ToArray();
        var list = string.Join("; ", told.GroupBy(rank => rank.Text).Select(same => $"rank{(same.Count() == 1 ? "" : "s")} {string.Join(", ", same.Select(rank => rank.Rank))}: {same.Key}"));
        return new(told.Any(rank => rank.Kind == CollectiveKind.Leave)
            ? $"A rank left the group while others went on ({list})."
            : $"The ranks are at different operations ({list}). All ranks must call the same operations in the same order with the same counts.");
    }
}
