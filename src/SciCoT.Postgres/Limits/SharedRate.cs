using SciCoT.Postgres.Database;

namespace SciCoT.Postgres.Limits;

/// <summary>One limit a minute for all workers. Callers of one process ask the database together.</summary>
internal sealed class SharedRate(RateRows rows) : IAsyncDisposable
{
    private readonly Grouped<double, TimeSpan> _requests = new(permits => TakeAsync(rows, permits), mostItems: 256);

    /// <summary>Waits for its turn.</summary>
    public async Task AcquireAsync(double permits, CancellationToken cancellationToken)
    {
        var wait = await _requests.AddAsync(permits, cancellationToken).ConfigureAwait(false);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
    }

    public Task AdjustAsync(double permits) => rows.AdjustAsync(permits);

    public ValueTask DisposeAsync() => _requests.DisposeAsync();

    private static async Task<IReadOnlyList<TimeSpan>> TakeAsync(RateRows rows, IReadOnlyList<double> permits)
    {
        var wait = await rows.TakeAsync(permits.Sum(), CancellationToken.None).ConfigureAwait(false);
        var waits = new TimeSpan[permits.Count];
        for (int i = 0; i < waits.Length; i++)
        {
            waits[i] = wait;
            wait += rows.Lasting(permits[i]);
        }

        return waits;
    }
}
