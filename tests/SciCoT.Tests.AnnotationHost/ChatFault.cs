namespace SciCoT.Tests.AnnotationHost;

/// <summary>How a chat server misbehaves.</summary>
public enum ChatFault
{
    None,
    TooManyRequests,
    TooManyRequestsWithRetryAfter,
    ServerError,
    Unavailable,
    BadRequest,

    /// <summary>The connection is reset before a byte of the reply.</summary>
    Reset,

    /// <summary>Nothing comes until the client gives up.</summary>
    Stall,

    /// <summary>The connection breaks in the middle of the JSON.</summary>
    BrokenOff,

    /// <summary>The reply ends in order, in the middle of the JSON.</summary>
    TruncatedJson,

    // From here on the reply is whole and paid for.
    EmptyReply,
    WrongUsage,
    NoUsage,
    ContentFiltered,
    CutByLength,
    NoAnswer,
}
