using System.Threading.RateLimiting;

namespace SciCoT.Teaching.Decorators;

/// <summary>
/// So many permits a minute, evenly: each caller is given the next free moment, in the order of asking. The limiters that come
/// with .NET replenish by the system's clock alone; this one goes by a <see cref="TimeProvider"/> and lets what turned out to
/// be more or less than asked for be set right afterwards.
/// </summary>
/// <remarks>
/// At most one second's worth may be taken at once after a pause. A request of more permits than that is granted too and pushes
/// the next one back accordingly.
/// </remarks>
internal sealed class PacedRateLimiter : RateLimiter
{
    private const double BurstSeconds = 1;
    private const double LongestSleep = 0.25;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double _secondsPerPermit;
    private double _next = -BurstSeconds;
    private readonly LinkedList<object> _queue = new();
    private long _granted, _refused;

    public PacedRateLimiter(int permitsPerMinute, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permitsPerMinute);
        _time = time;
        _start = time.GetTimestamp();
        _secondsPerPermit = 60.0 / permitsPerMinute;
    }

    public override TimeSpan? IdleDuration => null;

    private double Now => _time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Sets right what was granted: a positive number takes more permits, a negative one gives some back.</summary>
    public void Adjust(double permits)
    {
        lock (_lock)
            _next += permits * _secondsPerPermit;
    }

    public override RateLimiterStatistics GetStatistics()
    {
        lock (_lock)
        {
            return new()
            {
                CurrentAvailablePermits = (long)Math.Max(0, (Now - _next) / _secondsPerPermit),
                CurrentQueuedCount = _queue.Count,
                TotalSuccessfulLeases = _granted,
                TotalFailedLeases = _refused,
            };
        }
    }

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            if (_next > Now)
            {
                _refused++;
                return Lease.Refused;
            }

            Reserve(permitCount);
            _granted++;
            return Lease.Granted;
        }
    }

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        await AcquireAsync(() => permitCount, double.MaxValue / 1e6, cancellationToken).ConfigureAwait(false);
        return Lease.Granted;
    }

    /// <summary>
    /// Waits for its turn and takes permits then. How many is asked anew until then: a call that waits is charged what is known
    /// when it starts, not what was believed when it came.
    /// </summary>
    /// <returns>How many were taken.</returns>
    public Task<double> AcquireAsync(Func<double> permits, CancellationToken cancellationToken) => AcquireAsync(permits, LongestSleep, cancellationToken);

    private async Task<double> AcquireAsync(Func<double> permits, double longestSleep, CancellationToken cancellationToken)
    {
        LinkedListNode<object> turn;
        lock (_lock)
            turn = _queue.AddLast(this);
        try
        {
            while (true)
            {
                double wait, wanted = permits();
                lock (_lock)
                {
                    wait = Math.Max(_next, Now - BurstSeconds) + (Ahead(turn) * wanted * _secondsPerPermit) - Now;
                    if (wait <= 0)
                    {
                        Reserve(wanted);
                        _granted++;
                        return wanted;
                    }
                }

                // Not to the end of a long wait: calls that took less than expected let it start sooner.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Min(wait, longestSleep) * 1000)), _time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock)
                _queue.Remove(turn);
        }
    }

    private static int Ahead(LinkedListNode<object> turn)
    {
        int ahead = 0;
        for (var before = turn.Previous; before is not null; before = before.Previous)
            ahead++;
        return ahead;
    }

    private void Reserve(double permits) => _next = Math.Max(_next, Now - BurstSeconds) + (permits * _secondsPerPermit);

    private sealed class Lease(bool isAcquired) : RateLimitLease
    {
        public static readonly Lease Granted = new(true);

        public static readonly Lease Refused = new(false);

        public override bool IsAcquired => isAcquired;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
