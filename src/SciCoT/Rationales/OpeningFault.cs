using SciCoT.IO;

namespace SciCoT.Rationales;

/// <summary>Why a store's file could not be opened for writing: said as it is, since the remedies differ.</summary>
internal static class OpeningFault
{
    /// <summary>The exception with cause and remedy; <see langword="null"/> where the original says all, as for a folder that is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="e">What opening it threw.</param>
    public static Exception? Explain(string path, Exception e) => e switch
    {
        _ when Directory.Exists(path) => new IOException($"'{path}' is a folder; a rationale store is a file, such as '{Path.Combine(path, "rationales.jsonl")}'.", e),
        _ when ReadOnlyFileSystem.IsCause(e) => new IOException($"The rationale store '{path}' is on a read-only file system and cannot be added to; write it to another place, or make that one writable. {e.Message}", e),
        UnauthorizedAccessException => new UnauthorizedAccessException($"The rationale store '{path}' may not be written: the file or its folder is read-only for this user. Change its permissions, or write to another place. {e.Message}", e),
        IOException when e.GetType() == typeof(IOException) => new IOException($"The rationale store '{path}' could not be opened for writing by this process alone. If another process or another store instance has it open, close that first. {e.Message}", e),
        _ => null,
    };
}
