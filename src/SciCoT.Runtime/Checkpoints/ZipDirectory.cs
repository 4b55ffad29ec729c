using System.Buffers.Binary;

namespace SciCoT.Checkpoints;

/// <summary>The end of a zip archive, looked at before the archive is opened: each of its members costs memory.</summary>
internal static class ZipDirectory
{
    /// <summary>Enough for 100,000 members; torch writes one for each tensor.</summary>
    private const long MaxBytes = 8 << 20;

    private const int EndBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int LocatorBytes = 20;
    private const int LargeEndBytes = 56;

    /// <summary>Refuses an archive with more members than a checkpoint can have.</summary>
    /// <param name="file">The archive; its position moves.</param>
    /// <exception cref="InvalidFileException">The directory is larger; the caller adds the file.</exception>
    public static void Check(FileStream file)
    {
        if (Start(file) is { } start && file.Length - start > MaxBytes + LongestComment + EndBytes)
            throw new InvalidFileException($"the archive's directory of members has {file.Length - start} bytes; that of a checkpoint has at most {MaxBytes}. The file is damaged or no checkpoint.");
    }

    /// <summary>Where the directory begins, by the earlier of the places that the file names; <see langword="null"/> where it names none, which opening it will tell.</summary>
    private static long? Start(FileStream file)
    {
        if (file.Length < EndBytes)
            return null;
        var tail = new byte[Math.Min(file.Length, EndBytes + LongestComment)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        int end = tail.AsSpan(0, tail.Length - EndBytes + sizeof(uint)).LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0)
            return null;
        long start = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (end < LocatorBytes || !tail.AsSpan(end - LocatorBytes).StartsWith("PK\u0006\u0007"u8))
            return start;

        ulong place = BinaryPrimitives.ReadUInt64LittleEndian(tail.AsSpan(end - LocatorBytes + 8));
        if (place > (ulong)Math.Max(0, file.Length - LargeEndBytes))
            return start;
        var large = new byte[LargeEndBytes];
        file.Seek((long)place, SeekOrigin.Begin);
        file.ReadExactly(large);
        return (long)Math.Min((ulong)start, BinaryPrimitives.ReadUInt64LittleEndian(large.AsSpan(48)));
    }
}
