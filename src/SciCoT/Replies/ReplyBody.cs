using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;

namespace SciCoT.Replies;

/// <summary>Reads the body of a response as text, up to a bound.</summary>
internal static class ReplyBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a body. Memory stays within a small multiple of the bound, also for compressed ones.</summary>
    /// <returns>The text, and whether it was longer than the bound and is cut off.</returns>
    public static async Task<(string Text, bool IsCut)> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var raw = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (raw.ConfigureAwait(false))
        {
            var source = raw;
            foreach (var encoding in content.Headers.ContentEncoding.Reverse())
                source = Decompressing(source, encoding);
            var (bytes, isCut) = await ReadAsync(source, maxBytes, cancellationToken).ConfigureAwait(false);
            if (bytes.Span is [0x1f, 0x8b, ..])
                (bytes, isCut) = await ReadAsync(new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress), maxBytes, cancellationToken).ConfigureAwait(false);
            return (Decode(bytes.Span, content.Headers.ContentType), isCut);
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Bytes, bool IsCut)> ReadAsync(Stream source, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(maxBytes, 16 << 10) + 1];
        int length = 0;
        while (true)
        {
            int read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (length > maxBytes)
                return (buffer.AsMemory(0, maxBytes), true);
            if (read == 0)
                return (buffer.AsMemory(0, length), false);
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(2L * length, maxBytes + 1L));
        }
    }

    private static Stream Decompressing(Stream source, string encoding) => encoding.ToLowerInvariant() switch
    {
        "gzip" or "x-gzip" => new GZipStream(source, CompressionMode.Decompress),
        "deflate" => new ZLibStream(source, CompressionMode.Decompress),
        "br" => new BrotliStream(source, CompressionMode.Decompress),
        _ => source,
    };

    /// <summary>JSON is UTF-8; what is not is read as its mark or its header says.</summary>
    private static string Decode(ReadOnlySpan<byte> bytes, MediaTypeHeaderValue? type)
    {
        switch (bytes)
        {
            case [0xef, 0xbb, 0xbf, ..]:
                return Encoding.UTF8.GetString(bytes[3..]);
            case [0xff, 0xfe, ..] or [(byte)'{' or (byte)'[', 0, ..]:
                return Encoding.Unicode.GetString(bytes).TrimStart('\uFEFF');
            case [0xfe, 0xff, ..] or [0, (byte)'{' or (byte)'[', ..]:
                return Encoding.BigEndianUnicode.GetString(bytes).TrimStart('\uFEFF');
            default:
                try
                {
                    return Strict.GetString(bytes);
                }
                catch (DecoderFallbackException)
                {
                    return Named(type?.CharSet).GetString(bytes);
                }
        }
    }

    private static Encoding Named(string? charset)
    {
        try
        {
            return charset is null ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"', '\''));
        }
        catch (ArgumentException)
        {
            // Windows-1252 and its like, which .NET reads with an extra package only, have their letters where Latin-1 has them.
            return Encoding.Latin1;
        }
    }
}
