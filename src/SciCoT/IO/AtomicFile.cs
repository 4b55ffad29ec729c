using System.Text;

namespace SciCoT.IO;

/// <summary>Files that are there whole or not at all: written aside, flushed to disk, then renamed.</summary>
internal static class AtomicFile
{
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = new Pending(path);
        file.Stream.Write(bytes);
        file.Commit();
    }

    /// <summary>A file in the making; disposed without <see cref="Commit"/> it leaves no trace.</summary>
    public sealed class Pending : IDisposable
    {
        private readonly string _path;
        private readonly string _aside;
        private bool _committed;

        public Pending(string path)
        {
            _path = Path.GetFullPath(path);
            _aside = $"{_path}.{Guid.NewGuid():N}.tmp";
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            Stream = new FileStream(_aside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        }

        public FileStream Stream { get; }

        public void Commit()
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            File.Move(_aside, _path, overwrite: true);
            _committed = true;
        }

        public void Dispose()
        {
            Stream.Dispose();
            if (!_committed)
                File.Delete(_aside);
        }
    }
}
