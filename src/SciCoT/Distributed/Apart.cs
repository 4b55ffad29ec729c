using System.Runtime.ExceptionServices;

namespace SciCoT.Distributed;

/// <summary>Work that ranks do on their own, each without the group, before they go on together.</summary>
/// <remarks>
/// It may take any time, and may be nothing. Meanwhile the ranks show each other that they live: who is done waits for the others without
/// taking them for hung, and where one fails, the others do not wait.
/// </remarks>
internal static class Apart
{
    /// <summary>How often a rank at work shows that it lives.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(2);

    private enum State
    {
        Working,
        Done,
        Failed,
    }

    /// <summary>Does this rank's work on the calling thread, and returns when all ranks have done theirs.</summary>
    /// <exception cref="ProcessGroupException">Another rank has failed.</exception>
    public static void WorkApart(this IProcessGroup group, Action work)
    {
        if (group.Size == 1)
        {
            work();
            return;
        }

        var signs = new Signs(group);
        ExceptionDispatchInfo? own = null;
        try
        {
            work();
        }
        catch (Exception e)
        {
            own = ExceptionDispatchInfo.Capture(e);
        }

        signs.End(own);
    }

    /// <summary>Does this rank's work, and returns when all ranks have done theirs.</summary>
    /// <exception cref="ProcessGroupException">Another rank has failed.</exception>
    public static async Task WorkApartAsync(this IProcessGroup group, Func<Task> work)
    {
        if (group.Size == 1)
        {
            await work().ConfigureAwait(false);
            return;
        }

        var signs = new Signs(group);
        ExceptionDispatchInfo? own = null;
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            own = ExceptionDispatchInfo.Capture(e);
        }

        await Task.Factory.StartNew(() => signs.End(own), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>A thread beside the work that exchanges the ranks' states until all are done or one has failed.</summary>
    private sealed class Signs
    {
        private readonly IProcessGroup _group;
        private readonly Thread _thread;
        private readonly ManualResetEventSlim _ended = new();
        private volatile bool _failed;
        private double[] _states = [];
        private Exception? _broken;

        public Signs(IProcessGroup group)
        {
            _group = group;
            _thread = new Thread(Run) { IsBackground = true, Name = "SciCoT signs of life" }; // not the pool's, which the work may fill
            _thread.Start();
        }

        /// <exception cref="ProcessGroupException">Another rank has failed.</exception>
        public void End(ExceptionDispatchInfo? own)
        {
            _failed = own is not null;
            _ended.Set();
            _thread.Join();
            _ended.Dispose();
            own?.Throw();
            if (_broken is not null)
                throw new ProcessGroupException(_broken.Message, _broken);
            if (Array.IndexOf(_states, (double)State.Failed) is >= 0 and var rank)
                throw new ProcessGroupException(FormattableString.Invariant($"Rank {rank}, on which the others wait, has failed; its own message tells why."));
        }

        private void Run()
        {
            try
            {
                do
                {
                    bool ended = _ended.Wait(SignOfLife);
                    _states = new double[_group.Size];
                    _states[_group.Rank] = (double)(!ended ? State.Working : _failed ? State.Failed : State.Done);
                    _group.AllReduce(_states);
                }
                while (_states.Contains((double)State.Working) && !_states.Contains((double)State.Failed));
            }
            catch (Exception e) // shown when the work ends
            {
                _broken = e;
            }
        }
    }
}
