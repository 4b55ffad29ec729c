namespace SciCoT;

/// <summary>A failure that a user can mend: a bad file, a wrong setting, a service that refuses. The message names the place and the remedy.</summary>
/// <remarks>
/// Hosts catch this one type to show a message instead of a stack trace. Wrong arguments (<see cref="ArgumentException"/>), disposed
/// objects, cancellation and the operating system's <see cref="IOException"/> are not among them. Messages quote texts from outside:
/// control characters in them are escaped as <see cref="TerminalWriter"/> does, so that a message is safe to print and to log.
/// </remarks>
public class SciCoTException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, what was expected and what to do.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public SciCoTException(string message, Exception? inner = null)
        : base(message is null ? null : TerminalWriter.Escape(message), inner)
    {
    }

    /// <summary>The message of an exception as a person should read it: without the name of a parameter, which means nothing outside the code.</summary>
    /// <param name="exception">Any exception.</param>
    public static string Explain(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            AggregateException { InnerExceptions: [var only] } => Explain(only),
            ArgumentException { ParamName: { Length: > 0 } name } => exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal),
            _ => exception.Message,
        };
    }
}
