using System.Threading.Channels;

namespace SciCoT.Postgres.Database;

/// <summary>Handles the requests of many callers in groups: those that come in while one group is under way make up the next.</summary>
/// <remarks>Safe for concurrent callers. A group that fails fails for its callers; the next one is tried all the same.</remarks>
/// <typeparam name="TItem">What callers hand over.</typeparam>
/// <typeparam name="TResult">What they get.</typeparam>
internal sealed class Grouped<TItem, TResult> : IAsyncDisposable
{
    private readonly Channel<Request> _queue = Channel.CreateUnbounded<Request>(new() { SingleReader = true });
    private readonly Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> _handle;
    private readonly Func<TItem, int> _size;
    private readonly int _mostItems, _mostSize;
    private readonly Task _handling;

    /// <param name="handle">Handles a group; one result for each item, in order.</param>
    /// <param name="mostItems">The most items of a group.</param>
    /// <param name="mostSize">The size from which on a group takes no more items.</param>
    /// <param name="size">The size of an item; 0 by default.</param>
    public Grouped(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> handle, int mostItems, int mostSize = 1, Func<TItem, int>? size = null)
    {
        (_handle, _mostItems, _mostSize, _size) = (handle, mostItems, mostSize, size ?? (_ => 0));
        _handling = Task.Run(HandleAsync);
    }

    /// <summary>Hands an item over and waits for its result.</summary>
    /// <exception cref="ObjectDisposedException">No more is taken.</exception>
    public Task<TResult> AddAsync(TItem item, CancellationToken cancellationToken)
    {
        var request = new Request(item);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(request), typeof(PostgresRationaleStore));
        return request.Completion.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until everything handed over is handled.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _handling.ConfigureAwait(false);
    }

    private async Task HandleAsync()
    {
        var group = new List<Request>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            for (int size = 0; group.Count < _mostItems && size < _mostSize && _queue.Reader.TryRead(out var request); size += _size(request.Item))
                group.Add(request);
            try
            {
                var results = await _handle([.. group.Select(request => request.Item)]).ConfigureAwait(false);
                for (int i = 0; i < group.Count; i++)
                    group[i].Completion.SetResult(results[i]);
            }
            catch (Exception e)
            {
                // Whoever waits is told; the loop lives on for those who come after.
                foreach (var request in group)
                    request.Completion.TrySetException(e);
            }

            group.Clear();
        }
    }

    private sealed class Request(TItem item)
    {
        public TItem Item => item;

        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
