namespace SciCoT;

/// <summary>A failure that a user can mend: a bad file, a wrong setting, a service that refuses. The message names the place and the remedy.</summary>
/// <remarks>
/// Hosts catch this one type to show a message instead of a stack trace. Wrong arguments (<see cref="ArgumentException"/>), disposed
/// objects, cancellation and the operating system's <see cref="IOException"/> are not among them.
/// </remarks>
public class SciCoTException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, what was expected and what to do.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public SciCoTException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
