namespace SciCoT.IO;

/// <summary>A folder that one run has to itself. The system gives the lock back when its process ends, however that ends.</summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>The file that is locked. It stays: removing it would let two processes lock two files of one name.</summary>
    public const string FileName = "run.lock";

    /// <summary>What the system says where another process has the file: EAGAIN of Linux and of macOS, and Windows' sharing and lock violations.</summary>
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

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
        catch (IOException e) when (e.GetType() == typeof(IOException) && Held.Contains(e.HResult))
        {
            throw new FolderInUseException(directory, e);
        }
    }

    public void Dispose() => _file.Dispose();
}
