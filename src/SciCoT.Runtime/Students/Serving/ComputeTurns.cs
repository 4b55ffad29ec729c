using SciCoT.Compute;

namespace SciCoT.Students.Serving;

/// <summary>Whose turn it is to compute, in the order of asking.</summary>
/// <remarks>
/// libtorch keeps a pool of threads for each thread that calls it. Two models of one pipeline would otherwise run two pools
/// on the same cores, whose threads wait for each other in busy loops. Safe for concurrent callers.
/// </remarks>
/// <param name="together">How many may compute side by side, asked each time.</param>
internal sealed class ComputeTurns(Func<int> together)
{
    private readonly Lock _gate = new();
    private readonly Queue<ManualResetEventSlim> _waiting = [];
    private int _running;

    /// <summary>The process's cores: as many batches side by side as there are cores for their pools.</summary>
    public static ComputeTurns OnCpu { get; } = new(() => ComputeThreads.Processors / ComputeThreads.Count);

    /// <summary>Waits for a turn; every call is followed by one of <see cref="Leave"/>.</summary>
    public void Enter()
    {
        int limit = Math.Max(1, together());
        using var turn = new ManualResetEventSlim();
        lock (_gate)
        {
            if (_waiting.Count == 0 && _running < limit)
            {
                _running++;
                return;
            }

            _waiting.Enqueue(turn);
        }

        turn.Wait();
    }

    /// <summary>Lets those who wait have their turn first, in the middle of one's own.</summary>
    public void Yield()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return;
        }

        Leave();
        Enter();
    }

    /// <summary>Hands the turn on.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out var next))
                next.Set();
            else
                _running--;
        }
    }
}
