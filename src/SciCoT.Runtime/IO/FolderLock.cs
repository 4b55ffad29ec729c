namespace SciCoT.IO;

/// <summary>A folder that one run has to itself. The system gives the lock back when its process ends, however that ends.</summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The file that is locked. It stays: removing it would let two processes lock two files of one name.</summary>
    public const string FileName = "run.lock";

    /// <summary>Linux' and macOS' EROFS: such a folder is not in use.</summary>
    private const int ReadOnlyFileSystem = 30;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a folder that exists.</summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="FolderInUseException">Another process, or another run of this one, has it.</exception>
    public static FolderLock Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && e.HResult != ReadOnlyFileSystem && File.Exists(path))
        {
            throw new FolderInUseException(directory, e);
        }
    }

    public void Dispose() => _file.Dispose();
}
