using System.Threading.RateLimiting;

namespace SciCoT.Server.Requests;

/// <summary>Lets so many requests compute at a time, and so many wait.</summary>
internal sealed class Turns(SciCoTServerOptions options) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.ConcurrentRequests,
        QueueLimit = options.WaitingRequests,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    /// <exception cref="ApiException">Too many wait already.</exception>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        var lease = await _limiter.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw new ApiException(ApiError.Busy($"{options.ConcurrentRequests} requests are answered and {options.WaitingRequests} wait already. Try again shortly."));
    }

    public void Dispose() => _limiter.Dispose();
}
