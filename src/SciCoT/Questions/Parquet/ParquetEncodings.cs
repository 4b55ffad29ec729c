using System.Buffers;
using System.Buffers.Binary;

namespace SciCoT.Questions.Parquet;

/// <summary>Values written in Parquet's other encodings, as plain ones.</summary>
internal static class ParquetEncodings
{
    private const int MaxBlock = 1 << 20;

    /// <summary>Whole numbers as differences (DELTA_BINARY_PACKED).</summary>
    /// <param name="reader">The bytes, which stand behind the numbers afterwards.</param>
    /// <param name="most">The most numbers that there may be.</param>
    public static long[] Deltas(ThriftReader reader, int most)
    {
        ulong block = reader.Varint(), parts = reader.Varint(), count = reader.Varint();
        if (block is 0 or > MaxBlock || parts is 0 or > MaxBlock || block % (8 * parts) != 0 || count > (ulong)most)
            throw new InvalidDataException($"a page has {count} differences in blocks of {block}, {parts} each");
        var numbers = new long[count];
        long last = reader.Number();
        if (count > 0)
            numbers[0] = last;
        int perPart = (int)(block / parts);
        for (int i = 1; i < numbers.Length;)
        {
            long least = reader.Number();
            var widths = reader.Take(parts).ToArray();
            for (int part = 0; part < widths.Length && i < numbers.Length; part++)
            {
                if (widths[part] > 64)
                    throw new InvalidDataException($"a page has differences of {widths[part]} bits");
                var bits = reader.Take((ulong)(widths[part] * perPart / 8));
                for (int k = 0; k < perPart && i < numbers.Length; k++, i++)
                    numbers[i] = last = unchecked(last + least + (long)Bits(bits, (long)k * widths[part], widths[part]));
            }
        }

        return numbers;
    }

    /// <summary>Numbers as plain ones of 4 or 8 bytes.</summary>
    public static byte[] Plain(long[] numbers, int width)
    {
        var bytes = new byte[(long)numbers.Length * width];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (width == sizeof(int))
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * width), unchecked((int)numbers[i]));
            else
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * width), numbers[i]);
        }

        return bytes;
    }

    /// <summary>Texts behind their lengths (DELTA_LENGTH_BYTE_ARRAY), and of which each takes over a beginning of the last (DELTA_BYTE_ARRAY).</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="most">The most texts that there may be.</param>
    /// <param name="hasBeginnings">Whether beginnings are taken over.</param>
    /// <param name="take">Counts the memory of a text before it is taken.</param>
    public static ReadOnlyMemory<byte> Texts(ThriftReader reader, int most, bool hasBeginnings, Action<long> take)
    {
        var beginnings = hasBeginnings ? Deltas(reader, most) : null;
        var lengths = Deltas(reader, most);
        if (beginnings is not null && beginnings.Length != lengths.Length)
            throw new InvalidDataException($"a page has {beginnings.Length} beginnings for {lengths.Length} texts");
        var plain = new ArrayBufferWriter<byte>();
        byte[] last = [];
        for (int i = 0; i < lengths.Length; i++)
        {
            long beginning = beginnings?[i] ?? 0;
            if (beginning < 0 || beginning > last.Length || lengths[i] < 0)
                throw new InvalidDataException($"a page has a text of {lengths[i]} bytes behind {beginning} of {last.Length}");
            var rest = reader.Take((ulong)lengths[i]);
            take(sizeof(int) + beginning + rest.Length);
            BinaryPrimitives.WriteInt32LittleEndian(plain.GetSpan(sizeof(int)), (int)beginning + rest.Length);
            plain.Advance(sizeof(int));
            plain.Write(last.AsSpan(0, (int)beginning));
            plain.Write(rest);
            if (beginnings is not null)
                last = [.. last.AsSpan(0, (int)beginning), .. rest];
        }

        return plain.WrittenMemory;
    }

    /// <summary>Numbers of which first all first bytes are written, then all second ones (BYTE_STREAM_SPLIT).</summary>
    public static byte[] Joined(ReadOnlySpan<byte> split, int width)
    {
        int count = split.Length / width;
        var plain = new byte[count * width];
        for (int i = 0; i < plain.Length; i++)
            plain[i] = split[(i % width * count) + (i / width)];
        return plain;
    }

    /// <summary>Flags as runs (RLE), as plain bits.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="count">The most flags.</param>
    public static byte[] Flags(ThriftReader reader, int count)
    {
        var plain = new byte[(count / 8) + 1];
        reader.Take(sizeof(int)); // the length of what follows
        for (int i = 0; i < count && reader.Left > 0;)
        {
            ulong head = reader.Varint();
            bool isPacked = (head & 1) != 0;
            var values = reader.Take(isPacked ? Math.Min(head >> 1, (ulong)reader.Left) : 1);
            ulong run = isPacked ? (ulong)values.Length * 8 : head >> 1;
            for (ulong k = 0; k < run && i < count; k++, i++)
            {
                int flag = isPacked ? values[(int)(k / 8)] >> (int)(k % 8) & 1 : values[0] & 1;
                plain[i / 8] |= (byte)(flag << (i % 8));
            }
        }

        return plain;
    }

    private static ulong Bits(ReadOnlySpan<byte> bytes, long at, int width)
    {
        ulong value = 0;
        for (int got = 0; got < width;)
        {
            int offset = (int)(at & 7), count = Math.Min(8 - offset, width - got);
            value |= (ulong)(bytes[(int)(at >> 3)] >> offset & ((1 << count) - 1)) << got;
            (got, at) = (got + count, at + count);
        }

        return value;
    }
}
