namespace SciCoT.Students.Serving;

/// <summary>What a model has to do for one source.</summary>
/// <param name="kind">Items of equal kinds can be computed in one batch.</param>
/// <param name="length">Tokens of the source; items of like length make little padding.</param>
/// <param name="rows">Rows that it takes in a batch.</param>
internal abstract class WorkItem(object kind, int length, int rows)
{
    public object Kind => kind;

    public int Length => length;

    public int Rows => rows;

    /// <summary>The name of the pipeline whose call it belongs to; <see langword="null"/> where it has none.</summary>
    public string? Pipeline { get; } = TokenTally.Pipeline;

    /// <summary>When it came into the queue, in the time provider's ticks.</summary>
    public long Enqueued { get; set; }

    /// <summary>Whether its caller has seen a part of its result, so that it cannot be begun again.</summary>
    public bool HasBegun { get; protected set; }

    /// <summary>Whether nobody waits for it any more: it is done, has failed or was cancelled.</summary>
    public abstract bool IsOver { get; }

    public abstract bool Cancel(CancellationToken cancellationToken);

    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
internal abstract class WorkItem<TResult>(object kind, int length, int rows) : WorkItem(kind, length, rows)
{
    // Continuations must not run on the model's thread: they are the caller's code.
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Completion => _completion.Task;

    public override bool IsOver => _completion.Task.IsCompleted;

    public void Complete(TResult result) => _completion.TrySetResult(result);

    public override bool Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}
