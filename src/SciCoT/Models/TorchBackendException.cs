namespace SciCoT.Models;

/// <summary>TorchSharp's native backend is missing or cannot be loaded; the message says what to add.</summary>
public sealed class TorchBackendException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="inner">What the loader said.</param>
    public TorchBackendException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
