namespace SciCoT.Mpi;

/// <summary>What the ranks do together.</summary>
internal enum CollectiveKind
{
    SumFloats = 1,
    SumDoubles,
    Broadcast,
    Gather,
    Barrier,
    Leave,
}

/// <summary>One operation of this rank, on its way through the communication thread.</summary>
/// <param name="kind">What it is.</param>
/// <param name="count">How many numbers or bytes, where all ranks have as many.</param>
/// <param name="root">The rank whose bytes all get.</param>
/// <param name="body">The calls, once all ranks are there.</param>
internal sealed class Collective(CollectiveKind kind, long count, int root, Action body)
{
    // Without this, whoever waits would go on within the communication thread.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isAwaited;

    public CollectiveKind Kind => kind;

    public long Count => count;

    public int Root => root;

    /// <summary>Whether a caller waits for it and has nothing else to do.</summary>
    public bool IsAwaited => _isAwaited;

    public Task Done => _done.Task;

    public void Run() => body();

    public void Complete() => _done.SetResult();

    public void Fail(Exception exception) => _done.SetException(exception);

    public void Wait()
    {
        _isAwaited = true;
        _done.Task.GetAwaiter().GetResult();
    }

    public static string Describe(CollectiveKind kind, long count, int root) => kind switch
    {
        CollectiveKind.SumFloats => FormattableString.Invariant($"sum of {count} float32 numbers"),
        CollectiveKind.SumDoubles => FormattableString.Invariant($"sum of {count} float64 numbers"),
        CollectiveKind.Broadcast => FormattableString.Invariant($"broadcast of {count} bytes by rank {root}"),
        CollectiveKind.Gather => "exchange of bytes",
        CollectiveKind.Barrier => "barrier",
        _ => "end",
    };

    public override string ToString() => Describe(kind, count, root);
}
