using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Keys and values of one head, as queries read them: in float32 or in bfloat16.</summary>
/// <remarks>
/// Keys lie in blocks of sixteen positions, and in a block the same number of all sixteen keys side by side: <c>[block, number, position]</c>. A vector
/// then holds scores of different positions, and nothing is summed up across it. Values lie one after another: <c>[position, number]</c>.
/// All of a head lies together, so that memory is read from one end to the other.
/// </remarks>
/// <param name="data">The keys; the values follow.</param>
/// <param name="capacity">Positions that there is room for, a multiple of <see cref="Block"/>.</param>
/// <param name="size">Numbers in a key and in a value.</param>
/// <param name="format">What the numbers are.</param>
internal readonly unsafe struct KeyValueHead(byte* data, int capacity, int size, NumberFormat format)
{
    /// <summary>Positions of a block.</summary>
    public const int Block = 16;

    public int Size => size;

    public NumberFormat Format => format;

    public byte* Keys => data;

    public byte* Values => data + (Bytes(capacity, size, format) / 2);

    /// <summary>Room for so many positions in whole blocks.</summary>
    public static int Whole(int positions) => checked(positions + Block - 1) / Block * Block;

    /// <summary>Bytes of so many positions, which fill whole blocks.</summary>
    public static long Bytes(int positions, int size, NumberFormat format) => 2L * positions * size * NumberBytes(format);

    /// <summary>Keeps a position's key and value.</summary>
    public void Keep(int position, float* key, float* value)
    {
        long place = ((long)(position / Block) * Block * size) + (position % Block), row = (long)position * size;
        if (format == NumberFormat.Float32)
        {
            for (int i = 0; i < size; i++)
                ((float*)Keys)[place + ((long)i * Block)] = key[i];
            Buffer.MemoryCopy(value, (float*)Values + row, size * sizeof(float), size * sizeof(float));
            return;
        }

        const int Some = 64;
        ushort* rounded = stackalloc ushort[Some];
        for (int from = 0; from < size; from += Some)
        {
            int count = Math.Min(Some, size - from);
            HalfRow.RoundNumbers(key + from, count, rounded);
            for (int i = 0; i < count; i++)
                ((ushort*)Keys)[place + ((long)(from + i) * Block)] = rounded[i];
        }

        HalfRow.RoundNumbers(value, size, (ushort*)Values + row);
    }

    /// <summary>Copies the first positions.</summary>
    public void CopyTo(in KeyValueHead other, int positions)
    {
        long bytes = Bytes(Whole(positions), size, format) / 2;
        Buffer.MemoryCopy(Keys, other.Keys, bytes, bytes);
        Buffer.MemoryCopy(Values, other.Values, bytes, bytes);
    }

    private static int NumberBytes(NumberFormat format) => format == NumberFormat.Float32 ? sizeof(float) : sizeof(ushort);
}
