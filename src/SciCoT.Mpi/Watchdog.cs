namespace SciCoT.Mpi;

/// <summary>Ends the group when an operation takes so long that another rank must hang.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Timer _timer;

    /// <param name="group">What is ended.</param>
    /// <param name="thread">What is watched.</param>
    /// <param name="timeout">How long an operation may take, the wait for the other ranks included.</param>
    public Watchdog(MpiProcessGroup group, CommunicationThread thread, TimeSpan timeout)
    {
        var interval = TimeSpan.FromSeconds(Math.Clamp(timeout.TotalSeconds / 10, 0.1, 10));
        _timer = new Timer(
            _ =>
            {
                if (thread.UnderWay is var (operation, age) && age > timeout)
                    group.Abort(MpiProcessGroup.TimeoutExitCode, FormattableString.Invariant($"The others have not come to an operation ({operation}) for {age.TotalSeconds:0} s; the limit is {timeout.TotalSeconds:0} s. One of them hangs, or works longer than that on its own. The group ends. Where the work takes that long, raise {nameof(MpiOptions)}.{nameof(MpiOptions.Timeout)} or {MpiOptions.TimeoutVariable}."));
            },
            null,
            interval,
            interval);
    }

    public void Dispose() => _timer.Dispose();
}
