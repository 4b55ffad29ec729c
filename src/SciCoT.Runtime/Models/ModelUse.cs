namespace SciCoT.Models;

/// <summary>
/// Who computes with a model at present. Every read of the weights is between <see cref="Enter"/> and the end of its lease, so that
/// no memory is freed or exchanged under a thread that reads it.
/// </summary>
/// <remarks>
/// A lease belongs to one thread and covers work of bounded length: a pass, a decoding step, a training's step. Leases of one thread
/// nest, but none begins once the model is closed, so that a long computation ends with an <see cref="ObjectDisposedException"/> at
/// its next step. Safe for concurrent callers.
/// </remarks>
internal sealed class ModelUse
{
    private readonly object _gate = new(); // a monitor: threads wait on it
    private readonly Dictionary<int, int> _leases = []; // number of leases of each thread that has some
    private int _alone; // the thread that changes the weights, 0 for none
    private int _changes; // how deep its changes are nested
    private bool _closed;
    private bool _freed;
    private Action? _free; // left to the last lease

    /// <summary>Whether the model is disposed of, or will be as soon as its last lease ends.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
                return _closed;
        }
    }

    private static int Self => Environment.CurrentManagedThreadId;

    /// <summary>Begins to read the weights; waits while another thread changes them.</summary>
    /// <param name="model">What the weights belong to; it is not collected before the lease ends.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    public Lease Enter(object model)
    {
        lock (_gate)
        {
            while (_alone != 0 && _alone != Self)
                Monitor.Wait(_gate);
            ObjectDisposedException.ThrowIf(_closed, model);
            _leases[Self] = _leases.GetValueOrDefault(Self) + 1;
        }

        return new Lease(this, model, isChange: false);
    }

    /// <summary>Begins to exchange or free weights: waits until no other thread reads them, and keeps others out.</summary>
    /// <param name="model">As for <see cref="Enter"/>.</param>
    /// <param name="evenIfClosed">Whether it may begin after the model was disposed of.</param>
    /// <remarks>It does not wait for the caller's own leases, nor forbid new ones while it waits, so that no two threads wait for each other.</remarks>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    public Lease EnterAlone(object model, bool evenIfClosed)
    {
        lock (_gate)
        {
            WaitForOthers();
            ObjectDisposedException.ThrowIf(_closed && !evenIfClosed, model);
            _alone = Self;
            _changes++;
        }

        return new Lease(this, model, isChange: true);
    }

    /// <summary>Refuses new leases and frees the model once no thread reads it.</summary>
    /// <param name="free">Frees it; called once.</param>
    /// <remarks>
    /// When it returns the memory is free. Only where the caller itself is in the middle of a lease, as in a callback of the
    /// computation, the end of that lease frees it.
    /// </remarks>
    public void Close(Action free)
    {
        lock (_gate)
        {
            bool first = !_closed;
            _closed = true;
            if (first)
                _free = free;
            if (_leases.ContainsKey(Self) || _alone == Self)
                return;
            while (!_freed && (_leases.Count > 0 || _alone != 0))
                Monitor.Wait(_gate);
            Free();
        }
    }

    private void WaitForOthers()
    {
        while ((_alone != 0 && _alone != Self) || _leases.Count > (_leases.ContainsKey(Self) ? 1 : 0))
            Monitor.Wait(_gate);
    }

    private void Leave(bool isChange)
    {
        lock (_gate)
        {
            if (isChange)
            {
                if (--_changes == 0)
                    _alone = 0;
            }
            else if (--_leases[Self] == 0)
            {
                _leases.Remove(Self);
            }

            if (_closed && _leases.Count == 0 && _alone == 0)
                Free();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Under the lock: whoever waits for the end finds the memory freed.</summary>
    private void Free()
    {
        if (_freed)
            return;
        _freed = true;
        _free!();
        _free = null;
        Monitor.PulseAll(_gate);
    }

    /// <summary>The right to read the weights, or to change them; ended by the thread that began it.</summary>
    public readonly struct Lease(ModelUse use, object model, bool isChange) : IDisposable
    {
        public void Dispose()
        {
            use.Leave(isChange);
            GC.KeepAlive(model);
        }
    }
}
