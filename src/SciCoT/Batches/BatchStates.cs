namespace SciCoT.Batches;

/// <summary>The service's words for a batch's state and for its errors.</summary>
internal static class BatchStates
{
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Expired = "expired";
    public const string Cancelled = "cancelled";

    /// <summary>Our word where the service no longer knows the batch.</summary>
    public const string Lost = "lost";

    /// <summary>Whether a batch in this state changes no more.</summary>
    public static bool IsFinal(string state) => state is Completed or Failed or Expired or Cancelled;

    /// <summary>The HTTP status that an error of a batch stands for: it decides whether the request is made again.</summary>
    public static int StatusOf(string code) => code switch
    {
        "batch_cancelled" => 410, // somebody did that on purpose
        "token_limit_exceeded" or "rate_limit_exceeded" => 429,
        "batch_expired" => 503,
        _ => 502,
    };

    /// <summary>The reply to a request that a batch in a final state has none for.</summary>
    /// <param name="batch">The service's identifier of the batch.</param>
    /// <param name="state">Its state.</param>
    public static BatchReply Missing(string batch, string state) => state switch
    {
        Expired => BatchReply.Failure(503, "batch_expired", $"the batch {batch} expired before this request was answered"),
        Cancelled => BatchReply.Failure(410, "batch_cancelled", $"the batch {batch} was cancelled at the service before this request was answered. Start again to ask in a new batch"),
        Lost => BatchReply.Failure(410, "batch_not_found", $"the service does not know the batch {batch} any more. Start again to ask in a new batch"),
        _ => BatchReply.Failure(502, "no_reply", $"the batch {batch} ended ({state}) without a reply to this request"),
    };
}
