using System.Buffers.Binary;
using System.IO.Compression;

namespace SciCoT.IO;

/// <summary>Unpacks gzip and refuses a file that is cut off, which the runtime's reader takes for one that ends there.</summary>
/// <remarks>A file's last four bytes are the length of what is packed. Files of several members, one after another, are not checked.</remarks>
internal sealed class WholeGzip(string path, Stream packed) : ReadOnlyStream
{
    private const int HeaderBytes = 10;

    private readonly GZipStream _unpacked = new(packed, CompressionMode.Decompress);
    private uint _length;

    protected override Stream Below => _unpacked;

    public override int Read(Span<byte> buffer)
    {
        int read = _unpacked.Read(buffer);
        _length = unchecked(_length + (uint)read);
        if (read == 0 && buffer.Length > 0 && !IsWhole())
            throw new InvalidDataException("It ends before what is packed in it does.");
        return read;
    }

    private bool IsWhole()
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var trailer = new byte[4];
        long end = RandomAccess.GetLength(file) - trailer.Length;
        return end >= 0 && RandomAccess.Read(file, trailer, end) == trailer.Length
            && (BinaryPrimitives.ReadUInt32LittleEndian(trailer) == _length || HasSecondMember(file));
    }

    /// <summary>Whether another member may begin within the file.</summary>
    private static bool HasSecondMember(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var buffer = new byte[1 << 16];
        for (long offset = 1; RandomAccess.Read(file, buffer, offset) is >= HeaderBytes and var read; offset += read - HeaderBytes + 1)
        {
            for (int i = 0; i + HeaderBytes <= read; i++)
            {
                // Magic, method, flags, time, level and system, as in every header.
                if (buffer.AsSpan(i, HeaderBytes) is [0x1F, 0x8B, 8, < 0x20, _, _, _, _, 0 or 2 or 4, <= 13 or 255])
                    return true;
            }
        }

        return false;
    }
}
