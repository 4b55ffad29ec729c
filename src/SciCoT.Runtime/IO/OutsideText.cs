using System.Text;

namespace SciCoT.IO;

/// <summary>
/// A text file from outside as UTF-8 bytes without byte order mark, whatever it was written as: UTF-8, UTF-16, UTF-32, one of
/// them in gzip, or Parquet, whose rows become lines of JSON. A file that is no text is refused when it is opened, one that is damaged when the damage is reached.
/// </summary>
internal sealed class OutsideText : ReadOnlyStream
{
    /// <summary>How much of the beginning can be looked at without reading it.</summary>
    private const int PeekedBytes = 1 << 16;

    private const int MaxNamedFiles = 8;

    private readonly string _path;
    private readonly Stream _text;
    private readonly byte[] _beginning;
    private OutsideText(string path, Stream text)
    {
        _path = path;
        var beginning = new byte[PeekedBytes];
        int read;
        try
        {
            read = text.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or EndOfStreamException)
        {
            throw Damaged(e);
        }

        int mark = beginning.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        _beginning = beginning[mark..read];
        _text = new ReplayedStream(_beginning, text);
        IsWhole = read < PeekedBytes;
    }

    /// <summary>The first 64 KiB of the text.</summary>
    public ReadOnlySpan<byte> Beginning => _beginning;

    /// <summary>Whether <see cref="Beginning"/> is all there is.</summary>
    public bool IsWhole { get; }

    protected override Stream Below => _text;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="InvalidFileException">It is a folder, a Git LFS pointer, a web page or of a known binary format.</exception>
    public static OutsideText Open(string path)
    {
        Check(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        try
        {
            return new OutsideText(path, Decoded(Unpacked(path, file)));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Throws unless a path names a file.</summary>
    public static void Check(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (File.Exists(path))
            return;
        if (path.StartsWith("hf:", StringComparison.OrdinalIgnoreCase))
            throw new MissingFileException($"'{path}' names a data set, not a file: read it with DatasetClient.ReadAsync, which fetches it.", path);
        if (!Directory.Exists(path))
            throw new MissingFileException($"There is no file '{Path.GetFullPath(path)}'; check the path.", path);
        string[] names = [.. Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).Take(MaxNamedFiles + 1)];
        throw new InvalidFileException($"{path}: is a folder, not a file; name one of its files{(names.Length == 0 ? ", of which there is none" : $": {string.Join(", ", names.Take(MaxNamedFiles))}{(names.Length > MaxNamedFiles ? "…" : "")}")}.");
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _text.Read(buffer);
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException or EndOfStreamException)
        {
            throw Damaged(e);
        }
    }

    private static Stream Unpacked(string path, FileStream file)
    {
        var (stream, beginning) = Peek(file);
        if (beginning.AsSpan().StartsWith(TabularText.ParquetMagic) && TabularText.Parquet is { } open)
        {
            file.Position = 0;
            return open(path, file);
        }

        if (TabularText.IsParquetName(path) && ForeignFile.Describe(beginning) is null && !beginning.AsSpan().StartsWith(TabularText.ParquetMagic))
            throw new InvalidFileException($"{path}: is named .parquet, but does not begin as a Parquet file does; fetch it again, or give it the name of what it is.");
        if (beginning is not [0x1F, 0x8B, ..])
            return Refused(path, stream, beginning);
        try
        {
            var (unpacked, text) = Peek(new WholeGzip(path, stream));
            return Refused(path, unpacked, text);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidFileException($"{path}: is gzip, but damaged or cut off; fetch or pack it again. {e.Message}", e);
        }
    }

    private static Stream Refused(string path, Stream stream, byte[] beginning)
    {
        if (EncodingOf(beginning) is null)
            ForeignFile.RefuseBinary(path, beginning);
        else
            ForeignFile.Refuse(path, beginning);
        return stream;
    }

    private static Stream Decoded(Stream stream)
    {
        var (text, beginning) = Peek(stream);
        return EncodingOf(beginning) is { } encoding ? Encoding.CreateTranscodingStream(text, encoding, new UTF8Encoding(false)) : text;
    }

    /// <summary>The encoding of a text that is not UTF-8: by its byte order mark, else by the zero bytes beside its first character.</summary>
    private static Encoding? EncodingOf(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0xFF, 0xFE, 0, 0, ..] => new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true),
        [0, 0, 0xFE, 0xFF, ..] => new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true),
        [0xFF, 0xFE, ..] or [> 0 and < 0x80, 0, > 0 and < 0x80, 0, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        [0xFE, 0xFF, ..] or [0, > 0 and < 0x80, 0, > 0 and < 0x80, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        _ => null,
    };

    /// <summary>A stream that gives again what was looked at.</summary>
    private static (Stream Stream, byte[] Beginning) Peek(Stream stream)
    {
        var beginning = new byte[ForeignFile.PeekedBytes];
        int read = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        Array.Resize(ref beginning, read);
        return (new ReplayedStream(beginning, stream), beginning);
    }

    private InvalidFileException Damaged(Exception e) => new(
        e is DecoderFallbackException
            ? $"{_path}: is UTF-16 or UTF-32, but damaged; save the file as UTF-8. {e.Message}"
            : $"{_path}: is gzip, but damaged or cut off; fetch or pack it again. {e.Message}",
        e);
}
