using System.Net;

namespace SciCoT.Hub;

/// <summary>A model could not be had; the message says which, why, and what to do.</summary>
public sealed class HubException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="status">What the server answered, where it did.</param>
    /// <param name="inner">What lies behind it.</param>
    public HubException(string message, HttpStatusCode? status = null, Exception? inner = null)
        : base(message, inner)
    {
        Status = status;
    }

    /// <summary>What the server answered; <see langword="null"/> where it did not.</summary>
    public HttpStatusCode? Status { get; }
}
