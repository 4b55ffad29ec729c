using System.Runtime.ExceptionServices;

namespace SciCoT.Mpi;

/// <summary>Remembers the last exception of the process: where a rank leaves its group on the way out of a failure, the group ends before that is shown.</summary>
internal sealed class LastFailure : IDisposable
{
    private volatile Exception? _last;

    public LastFailure() => AppDomain.CurrentDomain.FirstChanceException += Remember;

    /// <summary>A sentence for a message; empty where nothing was thrown.</summary>
    public string Last => _last is { } failure ? $" The last exception before: {failure}" : "";

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Remember;

    private void Remember(object? sender, FirstChanceExceptionEventArgs e)
    {
        if (e.Exception is not Distributed.ProcessGroupException)
            _last = e.Exception;
    }
}
