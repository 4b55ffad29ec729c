using System.Runtime.Intrinsics;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Keys and values of one head, as queries read them: in float32 or in bfloat16.</summary>
/// <remarks>
/// Keys lie in blocks of sixteen positions, and in a block the same number of all sixteen keys side by side: <c>[block, number, position]</c>. A vector
/// then holds scores of different positions, and nothing is summed up across it. Values lie one after another: <c>[position, number]</c>.
/// In both, thirty-two numbers that follow each other are a group: two sixteens in float32, sixteen pairs in bfloat16, each of a number of the first
/// sixteen and, in the upper half of its 32 bits, one of the second. Either becomes float32 by one instruction, without moving between lanes.
/// All of a head lies together, so that memory is read from one end to the other.
/// </remarks>
/// <param name="data">The keys; the values follow.</param>
/// <param name="capacity">Positions that there is room for, a multiple of <see cref="Block"/>.</param>
/// <param name="size">Numbers in a key and in a value.</param>
/// <param name="format">What the numbers are.</param>
internal readonly unsafe struct KeyValueHead(byte* data, int capacity, int size, NumberFormat format)
{
    /// <summary>Positions of a block, and numbers of a group's half.</summary>
    public const int Block = 16;

    /// <summary>Numbers of a group.</summary>
    public const int Group = 2 * Block;

    public int Size => size;

    /// <summary>Numbers that there is room for in a key and in a value: whole groups. Those behind the last are not set.</summary>
    public int Padded => PaddedSize(size);

    public NumberFormat Format => format;

    public byte* Keys => data;

    public byte* Values => data + (Bytes(capacity, size, format) / 2);

    /// <summary>Room for so many positions in whole blocks.</summary>
    public static int Whole(int positions) => checked(positions + Block - 1) / Block * Block;

    /// <summary>Bytes of so many positions, which fill whole blocks.</summary>
    public static long Bytes(int positions, int size, NumberFormat format) => 2L * positions * PaddedSize(size) * NumberBytes(format);

    /// <summary>Keeps a position's key and value.</summary>
    public void Keep(int position, float* key, float* value)
    {
        long block = (long)(position / Block) * Block * Padded, row = (long)position * Padded;
        int lane = position % Block;
        if (format == NumberFormat.Float32)
        {
            float* keys = (float*)Keys + block + lane;
            for (int i = 0; i < size; i++)
                keys[i * Block] = key[i];
            Buffer.MemoryCopy(value, (float*)Values + row, size * sizeof(float), size * sizeof(float));
            return;
        }

        const int Some = 2 * Group;
        ushort* rounded = stackalloc ushort[Some];
        for (int from = 0; from < size; from += Some)
        {
            int count = Math.Min(Some, size - from);
            HalfRow.RoundNumbers(key + from, count, rounded);
            uint* pairs = (uint*)((ushort*)Keys + block + ((long)from * Block)) + lane;
            for (int i = 0; i < count; i += 2)
                pairs[i / 2 * Block] = *(uint*)(rounded + i);

            HalfRow.RoundNumbers(value + from, count, rounded);
            for (int group = 0; group < count; group += Group)
                Pair(rounded + group, (uint*)((ushort*)Values + row + from + group));
        }
    }

    /// <summary>Copies the first positions.</summary>
    public void CopyTo(in KeyValueHead other, int positions)
    {
        long bytes = Bytes(Whole(positions), size, format) / 2;
        Buffer.MemoryCopy(Keys, other.Keys, bytes, bytes);
        Buffer.MemoryCopy(Values, other.Values, bytes, bytes);
    }

    /// <summary>Joins the two halves of a group, number by number.</summary>
    private static void Pair(ushort* numbers, uint* target)
    {
        for (int i = 0; i < Block; i += Vector256<ushort>.Count)
        {
            var (lower, lowerEnd) = Vector256.Widen(Vector256.Load(numbers + i));
            var (upper, upperEnd) = Vector256.Widen(Vector256.Load(numbers + Block + i));
            (lower | (upper << 16)).Store(target + i);
            (lowerEnd | (upperEnd << 16)).Store(target + i + Vector256<uint>.Count);
        }
    }

    private static int PaddedSize(int size) => checked(size + Group - 1) / Group * Group;

    private static int NumberBytes(NumberFormat format) => format == NumberFormat.Float32 ? sizeof(float) : sizeof(ushort);
}
