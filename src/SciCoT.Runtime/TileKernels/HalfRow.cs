using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.TileKernels;

/// <summary>A row of inputs rounded to bfloat16 for products with matrices of <see cref="HalfLayout"/>, with a zero behind an odd number of them.</summary>
internal static unsafe class HalfRow
{
    private const int CacheLine = 64;

    /// <summary>Bytes of a row. One cache line is left free, so that the beginnings of rows do not share the same places of the first-level cache.</summary>
    public static int Bytes(int inputs) => checked((((inputs * sizeof(ushort)) + CacheLine - 1) / CacheLine) + 1) * CacheLine;

    /// <summary>Rounds a row to the nearest numbers, halves to the even one. NaN stays NaN.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="inputs">How many they are.</param>
    /// <param name="target">The row, <see cref="Bytes"/> long.</param>
    public static void Round(float* x, int inputs, byte* target)
    {
        RoundNumbers(x, inputs, (ushort*)target);
        if (inputs % 2 != 0)
            ((ushort*)target)[inputs] = 0;
    }

    /// <summary>bfloat16 numbers nearest to a row of numbers, the even one of two. NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RoundNumbers(float* from, int count, ushort* to)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - (2 * Vector512<float>.Count); i += 2 * Vector512<float>.Count)
                Vector512.Narrow(WideUpper(Vector512.Load(from + i)), WideUpper(Vector512.Load(from + i + Vector512<float>.Count))).Store(to + i);
        }

        for (; i <= count - (2 * Vector256<float>.Count); i += 2 * Vector256<float>.Count)
            Vector256.Narrow(Upper(Vector256.Load(from + i)), Upper(Vector256.Load(from + i + Vector256<float>.Count))).Store(to + i);
        for (; i < count; i++)
            to[i] = (ushort)Upper(Vector256.CreateScalar(from[i]))[0];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<uint> WideUpper(Vector512<float> value)
        {
            var bits = value.AsUInt32();
            var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
            return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, (bits >>> 16) | Vector512.Create(0x40u));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<uint> Upper(Vector256<float> value)
        {
            var bits = value.AsUInt32();
            var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One)) >>> 16;
            return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, (bits >>> 16) | Vector256.Create(0x40u));
        }
    }
}
