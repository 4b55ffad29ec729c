using Microsoft.Win32.SafeHandles;
using SciCoT.IO;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>A file that only grows, held by one owner: what was appended is on the disk, what failed is not in the file.</summary>
/// <remarks>Appending is for one caller at a time; reading is not.</remarks>
internal sealed class AppendOnlyFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Action<SafeFileHandle, ReadOnlyMemory<byte>, long> _write;
    private long _length;
    private bool _hasRemains;

    /// <summary>Opens or makes the file for this owner alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes bytes at an offset; tests let it fail.</param>
    public AppendOnlyFile(string path, Action<SafeFileHandle, ReadOnlyMemory<byte>, long>? write = null)
    {
        Path = path;
        _write = write ?? ((handle, bytes, offset) => RandomAccess.Write(handle, bytes.Span, offset));
        try
        {
            ForeignFile.Refuse(path);
            _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (OpeningFault.Explain(path, e) is { } explained)
        {
            throw explained;
        }

        _length = RandomAccess.GetLength(_handle);
    }

    public string Path { get; }

    /// <summary>The length of what is safely stored, in bytes.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>Reads the lines that are stored at the time of the call.</summary>
    public IEnumerable<FileLine> ReadLines() => FileLine.ReadAll(_handle, Length);

    /// <summary>Appends bytes and returns when they are on the disk; when it throws, the file is what it was.</summary>
    public void Append(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (_hasRemains)
                RemoveRemains();
            _hasRemains = true;
            _write(_handle, bytes, Length);
            RandomAccess.FlushToDisk(_handle);
            _hasRemains = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last kind is the runtime's word for a file that may not grow any more.
            TryRemoveRemains();
            throw new IOException($"{bytes.Length} bytes could not be written to the rationale store '{Path}'; it ends after its last whole record, as before. Check the disk's space and health, then append again. {e.Message}", e);
        }

        Interlocked.Add(ref _length, bytes.Length);
    }

    /// <summary>Moves what follows an offset to the end of another file, which is on the disk before this one is cut.</summary>
    public void SetAside(long offset, string asidePath)
    {
        using (var aside = new FileStream(asidePath, FileMode.Append, FileAccess.Write))
        {
            var buffer = new byte[1 << 16];
            long position = offset;
            for (int read; (read = RandomAccess.Read(_handle, buffer, position)) > 0; position += read)
                aside.Write(buffer, 0, read);
            aside.WriteByte((byte)'\n');
            aside.Flush(flushToDisk: true);
        }

        Interlocked.Exchange(ref _length, offset);
        RemoveRemains();
    }

    public void Dispose() => _handle.Dispose();

    private void RemoveRemains()
    {
        RandomAccess.SetLength(_handle, Length);
        RandomAccess.FlushToDisk(_handle);
        _hasRemains = false;
    }

    private void TryRemoveRemains()
    {
        try
        {
            RemoveRemains();
        }
        catch (Exception e) when (e is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            // The next append tries again, and so does the next opening: remains without a line end are set aside.
        }
    }
}
