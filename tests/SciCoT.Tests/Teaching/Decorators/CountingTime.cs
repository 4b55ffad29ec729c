using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;

namespace SciCoT.Tests.Teaching.Decorators;

/// <summary>A clock that a test turns and that knows how many waits are under way, so that it is turned only when all rest.</summary>
internal sealed class CountingTime : FakeTimeProvider
{
    private int _waits;
    private ImmutableList<TimeSpan> _all = [];

    /// <summary>How long each wait is that was begun so far, in their order.</summary>
    public IReadOnlyList<TimeSpan> Waits => _all;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Counted once it stands: turned before that, the clock would have passed the time it is due.
        var timer = new Counted(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref _waits));
        Interlocked.Increment(ref _waits);
        ImmutableInterlocked.Update(ref _all, static (all, wait) => all.Add(wait), dueTime);
        return timer;
    }

    /// <summary>Returns when as many waits are under way.</summary>
    public async Task WhenWaitingAsync(int count, CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _waits) != count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Counted(ITimer timer, Action ended) : ITimer
    {
        private int _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                ended();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
