namespace SciCoT.Tests.AnnotationHost;

/// <summary>What a chat server does with a call.</summary>
public sealed record ChatAnswer(ChatFault Fault = ChatFault.None)
{
    public string Text { get; init; } = "It is known that this is so, because much was measured.\nSo the answer is (A).";

    public TimeSpan Delay { get; init; }

    /// <summary>Seconds or a date, for <see cref="ChatFault.TooManyRequestsWithRetryAfter"/>.</summary>
    public string RetryAfter { get; init; } = "1";
}
