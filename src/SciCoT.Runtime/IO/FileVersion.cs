using Microsoft.Win32.SafeHandles;

namespace SciCoT.IO;

/// <summary>What tells whether an open file was written to: the handle fixes the file itself, so that one that was replaced stays as it was.</summary>
internal readonly record struct FileVersion(long Length, DateTime Written)
{
    public static FileVersion Of(SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));

    /// <summary>Checks that a file is still in this version.</summary>
    /// <exception cref="InvalidFileException">It was written to.</exception>
    public void Check(SafeFileHandle file, string path)
    {
        if (Of(file) != this)
            throw new InvalidFileException($"{path}: the file was changed while it was read. Load it again once it is written, and replace files instead of writing into them.");
    }
}
