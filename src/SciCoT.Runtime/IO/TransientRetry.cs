using Polly;
using Polly.Retry;

namespace SciCoT.IO;

/// <summary>The one way in which the library tries again what may pass: exponential backoff with jitter, or the wait that a server names.</summary>
internal static class TransientRetry
{
    /// <param name="maxRetries">How often a call is repeated at most; at least 1.</param>
    /// <param name="delay">The median wait before the first repetition; it doubles from one to the next.</param>
    /// <param name="maxDelay">The longest wait where the server names none.</param>
    /// <param name="isWorthRetrying">Whether an exception may pass; not asked once the caller has cancelled. Gets the number of attempts before this one.</param>
    /// <param name="retryAfter">The wait that the server asks for, where it does.</param>
    public static RetryStrategyOptions Create(int maxRetries, TimeSpan delay, TimeSpan maxDelay, Func<Exception, int, bool> isWorthRetrying, Func<Exception, TimeSpan?> retryAfter) => new()
    {
        MaxRetryAttempts = maxRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = delay,
        MaxDelay = maxDelay,
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Outcome.Exception is { } exception && !arguments.Context.CancellationToken.IsCancellationRequested && isWorthRetrying(exception, arguments.AttemptNumber)),
        DelayGenerator = arguments => ValueTask.FromResult(retryAfter(arguments.Outcome.Exception!)),
    };
}
