using Microsoft.Win32.SafeHandles;

namespace SciCoT.Questions;

/// <summary>One line of a text file, as bytes that are valid until the next line is read.</summary>
/// <param name="Number">The line's number, from 1.</param>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Bytes">Its content without byte order mark and line end; empty when it is too long.</param>
/// <param name="IsTerminated">Whether a line feed ends it; only the last line of a file may lack one.</param>
/// <param name="IsTooLong">Whether it is longer than <see cref="MaxBytes"/>.</param>
internal readonly record struct FileLine(long Number, long Offset, ReadOnlyMemory<byte> Bytes, bool IsTerminated, bool IsTooLong)
{
    /// <summary>The longest line that is read: 1 MiB. It bounds the memory that a file can make us take.</summary>
    public const int MaxBytes = 1 << 20;

    private const int InitialBuffer = 1 << 16;

    /// <summary>Whether there is nothing but white space.</summary>
    public bool IsBlank => !IsTooLong && Bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    /// <summary>Reads a file line by line without moving its position, so that it may be written to meanwhile.</summary>
    /// <param name="file">The file.</param>
    /// <param name="end">Where to stop, in bytes.</param>
    public static IEnumerable<FileLine> ReadAll(SafeFileHandle file, long end = long.MaxValue) =>
        ReadAll((buffer, offset) => RandomAccess.Read(file, buffer.Span[..(int)Math.Min(buffer.Length, end - offset)], offset));

    /// <summary>Reads a stream line by line from where it stands.</summary>
    public static IEnumerable<FileLine> ReadAll(Stream stream) => ReadAll((buffer, _) => stream.Read(buffer.Span));

    private static IEnumerable<FileLine> ReadAll(Func<Memory<byte>, long, int> next)
    {
        byte[] buffer = new byte[InitialBuffer];
        int start = 0, filled = 0;
        long number = 0, lineOffset = 0, fileOffset = 0;
        bool tooLong = false;

        while (true)
        {
            int length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                tooLong |= length > MaxBytes;
                yield return Line(terminated: true, length);
                start += length + 1;
                lineOffset = fileOffset - filled + start;
                tooLong = false;
                continue;
            }

            if (filled - start > MaxBytes)
            {
                tooLong = true;
                start = filled;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            start = 0;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);

            int read = next(buffer.AsMemory(filled), fileOffset);
            if (read == 0)
                break;
            filled += read;
            fileOffset += read;
        }

        if (filled > 0 || tooLong)
            yield return Line(terminated: false, filled);

        FileLine Line(bool terminated, int length) =>
            new(++number, lineOffset, tooLong ? default : Trim(buffer.AsMemory(start, length), number == 1), terminated, tooLong);
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> line, bool isFirst)
    {
        if (isFirst && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
