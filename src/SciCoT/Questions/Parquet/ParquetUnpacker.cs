using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Parquet.Meta;
using Snappier;

namespace SciCoT.Questions.Parquet;

/// <summary>Unpacks pages into memory of the size that their header gives, whatever size the packed bytes claim.</summary>
internal static class ParquetUnpacker
{
    /// <summary>Unpacks a page.</summary>
    /// <param name="codec">How it is packed.</param>
    /// <param name="packed">What is packed.</param>
    /// <param name="length">The length of what comes out, at most.</param>
    /// <exception cref="InvalidDataException">It is damaged, or longer.</exception>
    public static ReadOnlyMemory<byte> Unpack(CompressionCodec codec, ReadOnlyMemory<byte> packed, int length)
    {
        if (codec == CompressionCodec.UNCOMPRESSED)
            return packed.Length <= length ? packed : throw Longer(length);
        var unpacked = new byte[length];
        int written = length == 0 ? 0 : codec switch
        {
            CompressionCodec.SNAPPY => Snappy.GetUncompressedLength(packed.Span) <= length ? Snappy.Decompress(packed.Span, unpacked) : throw Longer(length),
            CompressionCodec.GZIP => Gzip(packed, unpacked),
            CompressionCodec.BROTLI => BrotliDecoder.TryDecompress(packed.Span, unpacked, out int count) ? count : throw Longer(length),
            CompressionCodec.ZSTD => Zstd(packed.Span, unpacked),
            CompressionCodec.LZ4_RAW => Lz4(packed.Span, unpacked),
            CompressionCodec.LZ4 => Framed(packed.Span, unpacked) is >= 0 and var framed ? framed : Lz4(packed.Span, unpacked),
            _ => throw new NotSupportedException($"it is packed with {codec}"),
        };
        return unpacked.AsMemory(0, written);
    }

    private static int Gzip(ReadOnlyMemory<byte> packed, byte[] unpacked)
    {
        using var source = new MemoryStream(packed.ToArray());
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        int count = gzip.ReadAtLeast(unpacked, unpacked.Length, throwOnEndOfStream: false);
        return count < unpacked.Length || gzip.ReadByte() < 0 ? count : throw Longer(unpacked.Length);
    }

    private static int Zstd(ReadOnlySpan<byte> packed, byte[] unpacked)
    {
        using var decompressor = new ZstdSharp.Decompressor();
        return decompressor.Unwrap(packed, unpacked);
    }

    private static int Lz4(ReadOnlySpan<byte> packed, Span<byte> unpacked) => LZ4Codec.Decode(packed, unpacked) is >= 0 and var count ? count : throw Longer(unpacked.Length);

    /// <summary>Unpacks LZ4 as Hadoop frames it: blocks behind their two lengths.</summary>
    /// <returns>The bytes written; -1 if it is not framed so.</returns>
    private static int Framed(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        int written = 0;
        while (packed.Length > 0)
        {
            if (packed.Length < 8)
                return -1;
            uint length = BinaryPrimitives.ReadUInt32BigEndian(packed), size = BinaryPrimitives.ReadUInt32BigEndian(packed[4..]);
            if (size > packed.Length - 8 || length > unpacked.Length - written || LZ4Codec.Decode(packed.Slice(8, (int)size), unpacked.Slice(written, (int)length)) != length)
                return -1;
            written += (int)length;
            packed = packed[(8 + (int)size)..];
        }

        return written;
    }

    private static InvalidDataException Longer(int length) => new($"a page is damaged, or longer than the {length} bytes of its header");
}
