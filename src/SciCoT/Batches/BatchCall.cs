namespace SciCoT.Batches;

/// <summary>A request that waits for its reply.</summary>
/// <param name="id">The request's identity, the same in every process that makes it.</param>
/// <param name="body">The request as JSON.</param>
internal sealed class BatchCall(string id, string body)
{
    private readonly TaskCompletionSource<BatchReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public string Body => body;

    public Task<BatchReply> Reply => _reply.Task;

    /// <summary>Gives the caller its reply.</summary>
    /// <returns>Whether the caller still waited.</returns>
    public bool TryAnswer(BatchReply reply) => _reply.TrySetResult(reply);

    public void Fail(Exception exception) => _reply.TrySetException(exception);

    /// <summary>The caller waits no longer.</summary>
    /// <returns>Whether it had no reply yet.</returns>
    public bool TryLeave() => _reply.TrySetCanceled();
}
