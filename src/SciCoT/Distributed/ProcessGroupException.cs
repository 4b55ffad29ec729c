namespace SciCoT.Distributed;

/// <summary>Processes that compute together cannot go on: a rank left, ranks called different operations, or the exchange failed.</summary>
public sealed class ProcessGroupException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, on which rank, and what to do.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public ProcessGroupException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
