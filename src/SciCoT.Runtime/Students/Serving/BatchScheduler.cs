using System.Diagnostics;

namespace SciCoT.Students.Serving;

/// <summary>Groups the work of concurrent callers into batches and computes them on the one thread of its model.</summary>
/// <remarks>
/// <para>
/// One thread a model: libtorch already uses all cores for one call, keeps a pool of workers for each thread that calls it, and
/// holds its no-grad mode per thread.
/// </para>
/// <para>
/// A batch begins when it is full or its oldest item has waited long enough. Where a model can, items of the same kind join it between two
/// steps, in the order of arrival, and leave it when they are done. The queue is bounded: when it is full, callers wait in FIFO order. A cancelled call returns at once, wherever its item is; a running batch drops it at its next step.
/// Safe for concurrent callers.
/// </para>
/// <para>
/// A process that ends meanwhile waits for the running step only, see <see cref="ProcessEnd"/>.
/// </para>
/// </remarks>
internal sealed class BatchScheduler : IDisposable
{
    /// <summary>The object that callers hold and dispose of.</summary>
    private const string Owner = "T5TextModel";

    /// <summary>Rows that are computed, for each that joins: those that join are encoded while the others wait, and few at a time cost nearly as much as many.</summary>
    private const int RowsForEachThatJoins = 4;

    private readonly object _gate = new(); // a monitor: the thread waits on it
    private readonly WorkQueue _queue = new();
    private readonly SemaphoreSlim _places;
    private readonly Action<IReadOnlyList<WorkItem>, Func<int, IReadOnlyList<WorkItem>>> _compute;
    private readonly Action _end;
    private readonly SchedulerLimits _limits;
    private readonly bool _takesTurns;
    private readonly ModelTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<WorkItem> _running = [];
    private bool _closed, _rests, _processEnds;

    /// <param name="compute">
    /// Completes the items of a batch, all of one kind, and those that it is given more of meanwhile, for the rows that it computes at the
    /// moment; runs on the model's thread.
    /// </param>
    /// <param name="end">Called on that thread after the last batch.</param>
    /// <param name="limits">Bounds of batches, queue and waiting.</param>
    /// <param name="takesTurns">Whether the cores are shared with other schedulers' batches.</param>
    /// <param name="telemetry">Told of queue and batches.</param>
    /// <param name="time">What tells how long items have waited.</param>
    public BatchScheduler(Action<IReadOnlyList<WorkItem>, Func<int, IReadOnlyList<WorkItem>>> compute, Action end, SchedulerLimits limits, bool takesTurns, ModelTelemetry telemetry, TimeProvider time)
    {
        _compute = compute;
        _end = end;
        _limits = limits;
        _takesTurns = takesTurns;
        _telemetry = telemetry;
        _time = time;
        _places = new SemaphoreSlim(limits.QueueCapacity, limits.QueueCapacity);
        _timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Pulse = new WorkPulse(time);
        _thread = new Thread(Loop) { Name = nameof(BatchScheduler), IsBackground = true };
        ProcessEnd.Add(this);
        _thread.Start();
    }

    /// <summary>Whether the thread gets on with its work.</summary>
    public WorkPulse Pulse { get; }

    /// <summary>Whether the thread waits for work.</summary>
    public bool Rests
    {
        get
        {
            lock (_gate)
                return _rests;
        }
    }

    /// <summary>Items that wait for a batch.</summary>
    public int QueueLength
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    /// <summary>Puts an item into the queue, as soon as there is a place for it, and waits for its result.</summary>
    /// <exception cref="ObjectDisposedException">The scheduler is disposed of.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public async Task<TResult> RunAsync<TResult>(WorkItem<TResult> item, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_closed)
            {
                _places.Release(); // for the next who waits in vain
                throw new ObjectDisposedException(Owner);
            }

            item.Enqueued = _time.GetTimestamp();
            _queue.Add(item);
            Pulse.Waits();
            _telemetry.Queued(item);
            Monitor.Pulse(_gate);
        }

        using (cancellationToken.UnsafeRegister(_ => Cancel(item, cancellationToken), null))
            return await item.Completion.ConfigureAwait(false);
    }

    /// <summary>Refuses new work and ends the thread once what was accepted is done; see <see cref="Join"/> for when that is.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Returns when the thread has ended, after <see cref="Dispose"/>.</summary>
    public void Join()
    {
        if (Thread.CurrentThread != _thread) // a listener of its metrics may be called there
            _thread.Join();
    }

    /// <summary>As <see cref="Join"/>, without a thread that waits.</summary>
    public async Task JoinAsync()
    {
        if (Thread.CurrentThread == _thread)
            return;
        await _ended.Task.ConfigureAwait(false);
        _thread.Join(); // it has nothing left to do
    }

    /// <summary>Fails all calls, and lets the thread end without freeing the model, whose memory goes with the process.</summary>
    /// <returns>Whether the thread is at work and is to be waited for.</returns>
    public bool StopForProcessEnd()
    {
        lock (_gate)
        {
            bool computes = !_rests && Thread.CurrentThread != _thread;
            _closed = _processEnds = true;
            Abandon(new ObjectDisposedException(Owner, "The process ends."));
            Monitor.Pulse(_gate);
            return computes;
        }
    }

    /// <summary>Waits for the thread's end, up to a time.</summary>
    public void JoinWithin(TimeSpan patience) => _thread.Join(patience);

    /// <summary>Nobody waits for the work any more: a running batch ends at its next step.</summary>
    private void Abandon(Exception reason)
    {
        lock (_gate)
        {
            foreach (var item in _running)
                item.Fail(reason);
            while (_queue.Count > 0)
            {
                var batch = _queue.TakeBatch(int.MaxValue);
                Freed(batch);
                foreach (var item in batch)
                    item.Fail(reason);
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.Pulse(_gate);
    }

    private void Cancel(WorkItem item, CancellationToken cancellationToken)
    {
        if (!item.Cancel(cancellationToken))
            return;
        lock (_gate)
        {
            if (!_queue.Remove(item))
                return;
            Freed([item]);
            if (_queue.Count == 0 && _running.Count == 0)
                Pulse.Beat(isBusy: false);
        }
    }

    private void Loop()
    {
        try
        {
            while (WaitForWork())
                ComputeBatch();
        }
        catch (Exception e)
        {
            // Outside a batch nothing of the caller's is to blame, such as a clock that fails: no caller may wait for ever.
            Dispose();
            Abandon(e);
        }

        try
        {
            _timer.Dispose();
            if (!ProcessEnds())
                _end();
        }
        catch (Exception e)
        {
            Debug.Fail($"The model's thread could not end: {e}");
        }
        finally
        {
            ProcessEnd.Remove(this);
            Pulse.Ends();
            _ended.SetResult();
        }
    }

    /// <summary>Whether the process ends. If it does not, the model is freed next, and an end that comes meanwhile waits for that as for a step.</summary>
    private bool ProcessEnds()
    {
        lock (_gate)
            return _processEnds;
    }

    private void ComputeBatch()
    {
        if (_takesTurns)
            ComputeTurns.OnCpu.Enter();
        try
        {
            // Taken only now: while others computed, more may have come, or all may have gone.
            var batch = TakeBatch();
            if (batch.Count > 0)
                Compute(batch);
        }
        finally
        {
            lock (_gate)
            {
                _running = [];
                Pulse.Beat(_queue.Count > 0);
            }

            if (_takesTurns)
                ComputeTurns.OnCpu.Leave();
        }
    }

    /// <summary>Waits until a batch should begin.</summary>
    /// <returns>Whether there is one; otherwise it is the end.</returns>
    private bool WaitForWork()
    {
        lock (_gate)
        {
            while (!_processEnds)
            {
                if (_queue.Count == 0)
                {
                    if (_closed)
                        return false;
                    Rest();
                    continue;
                }

                var rest = _limits.MaxWait - _time.GetElapsedTime(_queue.Oldest.Enqueued);
                if (_closed || _queue.Rows >= _limits.BatchRows || rest <= TimeSpan.Zero)
                    return true;
                _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                Rest();
            }

            return false;
        }
    }

    private void Rest()
    {
        _rests = true;
        Monitor.Wait(_gate);
        _rests = false;
    }

    private List<WorkItem> TakeBatch()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
                return [];
            var batch = _queue.TakeBatch(_limits.BatchRows);
            Freed(batch);
            Pulse.Beat(isBusy: true);
            return _running = [.. batch];
        }
    }

    /// <summary>
    /// Between two steps of a batch: lets other models have their turn, and gives the items that may join. Those of another kind that
    /// have waited longer come first: nobody joins any more, and the batch comes to its end.
    /// </summary>
    private IReadOnlyList<WorkItem> TakeMore(List<WorkItem> batch, int rows)
    {
        if (_takesTurns)
            ComputeTurns.OnCpu.Yield();
        IReadOnlyList<WorkItem> joining;
        lock (_gate)
        {
            if (_queue.Count == 0 || Math.Min(_queue.Rows, _limits.BatchRows - rows) * RowsForEachThatJoins < rows)
                return [];
            joining = _queue.TakeFirst(batch[0].Kind, _limits.BatchRows - rows);
            if (joining.Count == 0)
                return [];
            Freed(joining);
            batch.RemoveAll(item => item.IsOver);
            batch.AddRange(joining);
        }

        _telemetry.BatchBegins(joining, item => _time.GetElapsedTime(item.Enqueued));
        return joining;
    }

    private void Freed(IReadOnlyList<WorkItem> items)
    {
        _places.Release(items.Count);
        foreach (var item in items)
            _telemetry.Left(item);
    }

    private void Compute(List<WorkItem> batch)
    {
        try
        {
            _telemetry.BatchBegins(batch, item => _time.GetElapsedTime(item.Enqueued));
            _compute([.. batch], rows => TakeMore(batch, rows));
        }
        catch (ObjectDisposedException e)
        {
            // The model is gone, for all of them.
            foreach (var item in batch)
                item.Fail(e);
        }
        catch (Exception) when (batch.Count > 1)
        {
            // One bad item, or too many for the memory: each by itself, so that only the bad one's caller is told.
            foreach (var item in batch.Where(item => !item.IsOver).ToArray())
                ComputeAlone(item);
        }
        catch (Exception e)
        {
            batch[0].Fail(e);
        }

        Debug.Assert(batch.All(item => item.IsOver), "An item was left without a result.");
    }

    private void ComputeAlone(WorkItem item)
    {
        try
        {
            if (item.HasBegun)
                throw new InvalidOperationException("The batch failed when a part of this text was already handed out; ask again.");
            _compute([item], _ => []);
        }
        catch (Exception e)
        {
            item.Fail(e);
        }
    }
}
