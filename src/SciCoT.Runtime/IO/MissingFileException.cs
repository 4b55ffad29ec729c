namespace SciCoT;

/// <summary>A file or folder that was named, or that belongs to a folder that was named, does not exist.</summary>
public sealed class MissingFileException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which file is missing and what to do.</param>
    /// <param name="path">The missing file or folder.</param>
    public MissingFileException(string message, string? path = null)
        : base(message) => Path = path;

    /// <summary>The missing file or folder; <see langword="null"/> where several would do.</summary>
    public string? Path { get; }
}
