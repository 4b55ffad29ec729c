namespace SciCoT;

/// <summary>A file from outside does not hold what its format asks for. The message names the file, the place, what was expected and the remedy.</summary>
public sealed class InvalidFileException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The file, the place in it, what was expected and what to do.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public InvalidFileException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
