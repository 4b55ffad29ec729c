using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SciCoT.Postgres.Database;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Postgres.Work;

/// <summary>One worker's part: a loop that takes units ahead of those who work on them, renews their leases and reports those that ended.</summary>
internal sealed class WorkShare(UnitRows rows, DateTime joined) : IAnnotationShare
{
    /// <summary>How often a worker looks whether others have ended or lost what it waits for, and reports what ended.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>Leaving does not take long where the database is away: the leases expire.</summary>
    private static readonly TimeSpan LeaveFor = TimeSpan.FromSeconds(5);

    private readonly Guid _worker = Guid.NewGuid();
    private readonly Lock _lock = new();
    private readonly Queue<Guid> _ready = new();
    private readonly Dictionary<Guid, long> _held = []; // by unit: until when its lease is certain to run
    private readonly List<Guid> _ended = [];
    private readonly CancellationTokenSource _leaving = new();
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Channel<bool> _handed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private CandidateQueue _candidates = new([], Random.Shared);
    private Task _sharing = Task.CompletedTask;
    private int _concurrency, _ahead, _endedElsewhere;
    private long _renewed, _exchanged;

    public int EndedElsewhere => Volatile.Read(ref _endedElsewhere);

    public async IAsyncEnumerable<RationaleKey> TakeAsync(IReadOnlyCollection<RationaleKey> units, int concurrency, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var byId = new Dictionary<Guid, RationaleKey>(units.Count);
        foreach (var unit in units)
            byId[RationaleRow.KeyOf(unit)] = unit;
        _candidates = new([.. byId.Keys], Random.Shared);
        (_concurrency, _ahead) = (concurrency, Math.Max(2, concurrency / 2));
        _sharing = Task.Run(() => ShareAsync(_leaving.Token), CancellationToken.None);
        while (await _handed.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryTake() is { } unit)
                yield return byId[unit];
            _handed.Reader.TryRead(out _);
            // What came between the two.
            while (TryTake() is { } unit)
                yield return byId[unit];
        }
    }

    public void End(RationaleKey unit)
    {
        var id = RationaleRow.KeyOf(unit);
        lock (_lock)
        {
            if (_held.Remove(id))
                _ended.Add(id);
        }

        Wake();
    }

    public async ValueTask DisposeAsync()
    {
        if (_leaving.IsCancellationRequested)
            return;
        await _leaving.CancelAsync().ConfigureAwait(false);
        await _sharing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await rows.ReleaseAsync(_worker, [.. _ended], LeaveFor).ConfigureAwait(false);
        }
        catch (PostgresStoreException)
        {
            // The leases expire, and the store tells what has ended.
        }

        _leaving.Dispose();
    }

    private Guid? TryTake()
    {
        lock (_lock)
        {
            while (_ready.TryDequeue(out var unit))
            {
                if (_ready.Count <= _ahead / 2)
                    Wake();
                if (_held.TryGetValue(unit, out long until) && Stopwatch.GetTimestamp() < until)
                    return unit;
                // The process slept, or the database was away for longer than a lease: another worker may have it now.
                _held.Remove(unit);
                _candidates.Add(unit);
            }

            return null;
        }
    }

    private async Task ShareAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await ExchangeAsync(cancellationToken).ConfigureAwait(false);
                lock (_lock)
                {
                    if (_candidates.Count == 0 && _held.Count == 0 && _ended.Count == 0)
                        break;
                }

                while (!IsDue() && await _changed.WaitAsync(Poll, cancellationToken).ConfigureAwait(false))
                {
                }
            }

            _handed.Writer.TryComplete();
        }
        catch (Exception e)
        {
            _handed.Writer.TryComplete(e);
        }
    }

    /// <summary>Whether there is something to exchange: half of what is kept ready is gone, many have ended, or it is time to look.</summary>
    private bool IsDue()
    {
        lock (_lock)
        {
            bool needs = _ready.Count <= _ahead / 2 && _candidates.Count > 0 && !_candidates.IsPassed;
            bool tells = _ended.Count > (_candidates.Count + _ready.Count > 0 ? _ahead : 0);
            return needs || tells || Stopwatch.GetElapsedTime(_exchanged) > Poll;
        }
    }

    private async Task ExchangeAsync(CancellationToken cancellationToken)
    {
        Guid[] ended, held, window;
        int wanted;
        long start = Stopwatch.GetTimestamp();
        bool renews = Stopwatch.GetElapsedTime(_renewed, start) > rows.Lease / 3;
        lock (_lock)
        {
            ended = [.. _ended];
            held = renews ? [.. _held.Keys] : [];
            wanted = Math.Max(0, _concurrency + _ahead - _held.Count);
            if (_candidates.IsPassed)
                _candidates.Restart();
            window = wanted > 0 ? _candidates.Next(wanted) : [];
        }

        // In one order everywhere: two workers that add the same units do not wait for each other.
        Guid[] asked = [.. window.Order()];
        var result = ended.Length + held.Length + asked.Length == 0
            ? Exchange.Nothing
            : await rows.ExchangeAsync(_worker, joined, ended, held, asked, wanted, cancellationToken).ConfigureAwait(false);
        long until = start + (long)(rows.Lease.TotalSeconds * Stopwatch.Frequency);
        lock (_lock)
        {
            _ended.RemoveRange(0, ended.Length);
            foreach (var unit in held.Where(_held.ContainsKey))
                _held[unit] = result.Renewed.Contains(unit) ? until : 0;
            foreach (var unit in result.Taken)
            {
                _held[unit] = until;
                _ready.Enqueue(unit);
            }

            _candidates.Return(window, wanted, result.Taken, result.Ended);
        }

        _renewed = renews ? start : _renewed;
        _exchanged = start;
        Volatile.Write(ref _endedElsewhere, _endedElsewhere + result.Ended.Count);
        if (result.Taken.Count > 0)
            _handed.Writer.TryWrite(true);
    }

    private void Wake()
    {
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }
}
