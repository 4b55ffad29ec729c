namespace SciCoT;

/// <summary>A text cannot be read as a question: it is empty, has choices but no stem, or a choice without text.</summary>
public sealed class InvalidQuestionException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong with the text and what was expected.</param>
    public InvalidQuestionException(string message)
        : base(message)
    {
    }
}
