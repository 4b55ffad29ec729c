using System.Collections.Concurrent;

namespace SciCoT.Students;

/// <summary>The one thread on which a model computes.</summary>
/// <remarks>
/// libtorch already uses all cores for one call, keeps a pool of workers for each thread that calls it, and holds its
/// no-grad mode per thread. One thread a model avoids oversubscription, stray pools and modes lost over an await.
/// </remarks>
internal sealed class ModelThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public ModelThread(string name)
    {
        new Thread(Loop) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Runs <paramref name="compute"/> in turn; work that is cancelled while it waits is never begun.</summary>
    public Task<T> RunAsync<T>(Func<CancellationToken, T> compute, CancellationToken cancellationToken)
    {
        // Continuations must not run on the model's thread: they are the caller's code.
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = cancellationToken.Register(() => completion.TrySetCanceled(cancellationToken));
        ObjectDisposedException.ThrowIf(_work.IsAddingCompleted, this);
        _work.Add(
            () =>
            {
                try
                {
                    if (!completion.Task.IsCompleted)
                        completion.TrySetResult(compute(cancellationToken));
                }
                catch (OperationCanceledException e)
                {
                    completion.TrySetCanceled(e.CancellationToken);
                }
                catch (Exception e)
                {
                    completion.TrySetException(e);
                }
                finally
                {
                    registration.Dispose();
                }
            },
            CancellationToken.None);
        return completion.Task;
    }

    /// <summary>Ends the thread once the work that was accepted is done.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
