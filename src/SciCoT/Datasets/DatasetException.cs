namespace SciCoT.Datasets;

/// <summary>A data set's name is not one, or the data set has no such configuration or split; the message says what was expected.</summary>
public sealed class DatasetException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public DatasetException(string message)
        : base(message)
    {
    }
}
