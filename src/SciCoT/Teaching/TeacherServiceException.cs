namespace SciCoT.Teaching;

/// <summary>
/// A teacher's service gave no reply. The message is one line with the status, the service's own sentence, the endpoint, the
/// model and, where there is one, the remedy.
/// </summary>
public sealed class TeacherServiceException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="inner">The client's exception, where there is one.</param>
    public TeacherServiceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The HTTP status, also one that only the body of the response named.</summary>
    /// <value><see langword="null"/> when there was no response.</value>
    public int? Status { get; init; }

    /// <summary>Whether the same call may succeed later.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsTransient { get; init; }

    /// <summary>Whether no connection to the endpoint could be made.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsUnreachable { get; init; }

    /// <summary>Whether the service's content filter refused the prompt. The annotator stores such a call as <see cref="TeacherFinishReason.Refused"/>.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsRefusal { get; init; }

    /// <summary>How long the service asks to wait, where it does.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The moment until which the service asks to wait, where it named a date: how long that is depends on whose clock is asked.</summary>
    internal DateTimeOffset? RetryAt { get; set; }

    /// <summary>The start of the response's body, where there was one.</summary>
    public string? Body { get; init; }
}
