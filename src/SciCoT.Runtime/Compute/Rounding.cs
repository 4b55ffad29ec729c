using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Rounds rows of weights to fewer bits in one pass, and makes float32 numbers of bfloat16 ones.</summary>
internal static unsafe class Rounding
{
    private const float Levels = 127;

    /// <summary>bfloat16 numbers nearest to a row of numbers, given as their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // it runs once, and at the first tier that takes half a second
    public static void Round(uint* from, int count, ushort* to)
    {
        int i = 0;
        for (; i <= count - (2 * Vector256<uint>.Count); i += 2 * Vector256<uint>.Count)
            Vector256.Narrow(Upper(Vector256.Load(from + i)), Upper(Vector256.Load(from + i + Vector256<uint>.Count))).Store(to + i);
        for (; i < count; i++)
            to[i] = (ushort)((from[i] + 0x7FFF + ((from[i] >> 16) & 1)) >> 16);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<uint> Upper(Vector256<uint> bits) =>
            (bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One)) >>> 16;
    }

    /// <summary>The float32 numbers that bfloat16 numbers are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ushort* from, long count, float* to)
    {
        long i = 0;
        for (; i <= count - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(from + i));
            (low << 16).AsSingle().Store(to + i);
            (high << 16).AsSingle().Store(to + i + Vector256<float>.Count);
        }

        for (; i < count; i++)
            to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
    }

    /// <summary>int8 numbers for one row, and what they are multiplied by: they have <see cref="Int8Room">room</see> for sums of products in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* row, int inputs, sbyte* target, float* scale)
    {
        int whole = inputs - (inputs % (4 * Vector256<float>.Count));
        var highest = Vector256<float>.Zero;
        for (int i = 0; i < whole; i += Vector256<float>.Count)
            highest = Vector256.Max(highest, Vector256.Abs(Vector256.Load(row + i)));
        float largest = float.Epsilon;
        for (int i = 0; i < Vector256<float>.Count; i++)
            largest = MathF.Max(largest, highest[i]);
        for (int i = whole; i < inputs; i++)
            largest = MathF.Max(largest, MathF.Abs(row[i]));

        float step = *scale = MathF.Max(largest / Levels, Int8Room.Step(row, inputs));
        for (int i = 0; i < whole; i += 4 * Vector256<float>.Count)
        {
            var low = Vector256.Narrow(Whole(row + i, step), Whole(row + i + Vector256<float>.Count, step));
            var high = Vector256.Narrow(Whole(row + i + (2 * Vector256<float>.Count), step), Whole(row + i + (3 * Vector256<float>.Count), step));
            Vector256.Narrow(low, high).Store(target + i);
        }

        for (int i = whole; i < inputs; i++)
            target[i] = (sbyte)MathF.Round(row[i] / step);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Whole(float* from, float step) =>
            Vector256.ConvertToInt32(Vector256.Round(Vector256.Load(from) / step, MidpointRounding.ToEven));
    }
}
