using System.Text;

namespace SciCoT.IO;

/// <summary>Files that are there whole or not at all: written aside, flushed to disk, then renamed.</summary>
/// <remarks>What was written aside is removed in every other case, a full disk among them. A kill leaves it; <see cref="IsAside"/> tells it by its name.</remarks>
internal static class AtomicFile
{
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new Pending(path);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>Finds out whether a file can be made at a place, before work is done for it. Its folder is made where it is missing.</summary>
    public static void CheckPlace(string path)
    {
        using var file = new Pending(path);
    }

    /// <summary>Whether a file is one that is written aside, which a kill may have left.</summary>
    public static bool IsAside(string path) =>
        Path.GetFileName(path).Split('.') is [.., _, var unique, "tmp"] && Guid.TryParseExact(unique, "N", out _);

    /// <summary>A file in the making; disposed without <see cref="Commit"/> it leaves no trace.</summary>
    public sealed class Pending : IDisposable
    {
        private readonly string _path;
        private readonly string _aside;
        private readonly FileStream _file;
        private bool _committed;

        /// <summary>Begins a file.</summary>
        /// <param name="path">The file; its folder is made where it is missing.</param>
        /// <param name="wrap">Puts a stream around the file; tests let it fail.</param>
        public Pending(string path, Func<FileStream, Stream>? wrap = null)
        {
            _path = Path.GetFullPath(path);
            _aside = $"{_path}.{Guid.NewGuid():N}.tmp";
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
                // Without a buffer of its own, disposal has nothing left to write and cannot fail on a full disk.
                _file = new FileStream(_aside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (ReadOnlyFileSystem.IsCause(e))
            {
                throw ReadOnlyFileSystem.Explain(path, e);
            }

            Stream = new BufferedStream(wrap?.Invoke(_file) ?? _file, 1 << 16);
        }

        public Stream Stream { get; }

        public void Commit()
        {
            Stream.Flush();
            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.Move(_aside, _path, overwrite: true);
            _committed = true;
        }

        public void Dispose()
        {
            // The buffer is not disposed: it would write what is left of a file that is given up.
            _file.Dispose();
            if (!_committed)
                File.Delete(_aside);
        }
    }
}
