namespace SciCoT.IO;

/// <summary>Tells a file system that is mounted for reading from other faults of writing.</summary>
internal static class ReadOnlyFileSystem
{
    /// <summary>EROFS, in the numbers of Linux, macOS and the BSDs.</summary>
    private const int Mounted = 30;

    /// <summary>ERROR_WRITE_PROTECT of Windows.</summary>
    private const int WriteProtected = unchecked((int)0x80070013);

    /// <summary>Whether it is why a file or folder could not be made.</summary>
    public static bool IsCause(Exception exception) => exception is IOException { HResult: Mounted or WriteProtected };

    /// <summary>The exception with the file that was asked for and the remedy.</summary>
    public static IOException Explain(string path, Exception exception) =>
        new($"'{path}' cannot be written: it would lie on a read-only file system. Write to another place, or make that one writable.", exception) { HResult = exception.HResult };
}
