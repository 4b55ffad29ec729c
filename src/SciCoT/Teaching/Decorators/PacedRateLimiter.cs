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

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly double _secondsPerPermit;
    private double _next = -BurstSeconds;
    private long _granted, _refused, _waiting;

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
                CurrentQueuedCount = _waiting,
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
        double moment;
        lock (_lock)
        {
            moment = Reserve(permitCount);
            _waiting++;
        }

        try
        {
            while (moment - Now is > 0 and var wait)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait * 1000)), _time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Adjust(-permitCount);
            throw;
        }
        finally
        {
            lock (_lock)
                _waiting--;
        }

        Interlocked.Increment(ref _granted);
        return Lease.Granted;
    }

    private double Reserve(int permits)
    {
        double moment = Math.Max(_next, Now - BurstSeconds);
        _next = moment + (permits * _secondsPerPermit);
        return moment;
    }

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
