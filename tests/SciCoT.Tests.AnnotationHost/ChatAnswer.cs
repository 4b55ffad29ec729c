namespace SciCoT.Tests.AnnotationHost;

/// <summary>What a chat server does with a call.</summary>
public sealed record ChatAnswer(ChatFault Fault = ChatFault.None)
{
    public string Text { get; init; } = "It is known that this is so, because much was measured.\nSo the answer is (A).";

    public TimeSpan Delay { get; init; }

    /// <summary>Seconds or a date, for <see cref="ChatFault.TooManyRequestsWithRetryAfter"/>.</summary>
    public string RetryAfter { get; init; } = "1";

    /// <summary>Tokens that the reply says it took.</summary>
    public (int Input, int Output) Usage { get; init; } = (120, 30);

    /// <summary>A response that is sent as it stands, instead of all of the above.</summary>
    public RawReply? Raw { get; init; }
}

/// <summary>A response word for word.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
public sealed record RawReply(int Status, byte[] Body)
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string> { ["Content-Type"] = "application/json" };
}
