namespace SciCoT.Teaching;

/// <summary>The teacher gave no reply where one was needed; the message says how to go on.</summary>
public sealed class TeacherException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is missing and what to do.</param>
    /// <param name="inner">Why the first of the replies did not come.</param>
    public TeacherException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
