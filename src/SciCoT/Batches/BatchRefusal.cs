using SciCoT.Replies;

namespace SciCoT.Batches;

/// <summary>The service refused a call of its batch API. The requests of the batch get this refusal as their reply.</summary>
/// <param name="reply">What the service said.</param>
internal sealed class BatchRefusal(BatchReply reply) : Exception($"HTTP {reply.Status}")
{
    public BatchReply Reply => reply;

    /// <summary>Whether the same call may succeed later.</summary>
    public bool IsTransient => TransientStatus.Is(reply.Status) && !reply.Body.Contains("insufficient_quota", StringComparison.Ordinal);
}
