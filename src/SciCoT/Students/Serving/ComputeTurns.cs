using TorchSharp;

namespace SciCoT.Students.Serving;

/// <summary>Whose turn it is to compute on the CPU, in the order of asking.</summary>
/// <remarks>
/// libtorch keeps a pool of threads for each thread that calls it. Two models of one pipeline would otherwise run two pools
/// on the same cores, whose threads wait for each other in busy loops. As many batches are computed side by side as there are
/// cores for their pools.
/// </remarks>
internal static class ComputeTurns
{
    private static readonly Lock Gate = new();
    private static readonly Queue<ManualResetEventSlim> Waiting = [];
    private static int _running;

    /// <summary>Waits for a turn; every call is followed by one of <see cref="Leave"/>.</summary>
    public static void Enter()
    {
        int together = Math.Max(1, Environment.ProcessorCount / torch.get_num_threads());
        using var turn = new ManualResetEventSlim();
        lock (Gate)
        {
            if (Waiting.Count == 0 && _running < together)
            {
                _running++;
                return;
            }

            Waiting.Enqueue(turn);
        }

        turn.Wait();
    }

    /// <summary>Hands the turn on.</summary>
    public static void Leave()
    {
        lock (Gate)
        {
            if (Waiting.TryDequeue(out var next))
                next.Set();
            else
                _running--;
        }
    }
}
