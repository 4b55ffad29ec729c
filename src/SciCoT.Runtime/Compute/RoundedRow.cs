using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>
/// A row of inputs rounded for products with int8 matrices: whole numbers from −127 to 127, zeros up to a cache line's end, and on a cache
/// line of its own what they are multiplied by, the row's largest magnitude divided by 127.
/// </summary>
internal static unsafe class RoundedRow
{
    private const float Levels = 127;

    /// <summary>Below this a row's largest number has no reciprocal in float32, and the row counts as zeros.</summary>
    private const float Least = 1e-36f;

    private const int CacheLine = 64;

    /// <summary>Bytes of a row.</summary>
    public static int Bytes(int inputs) => checked(ScalePlace(inputs) + CacheLine);

    /// <summary>What a row's numbers are multiplied by.</summary>
    public static float Scale(byte* row, int inputs) => *(float*)(row + ScalePlace(inputs));

    /// <summary>Rounds a row. Its bits are the same whatever the processor.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="inputs">How many they are.</param>
    /// <param name="target">The row, <see cref="Bytes"/> long.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* x, int inputs, byte* target)
    {
        int width = Vector256<float>.Count, whole = inputs - (inputs % (4 * width)), i = 0;
        Vector256<float> high = default, high1 = default, high2 = default, high3 = default;
        for (; i < whole; i += 4 * width)
        {
            high = Vector256.MaxNative(high, Vector256.Abs(Vector256.Load(x + i)));
            high1 = Vector256.MaxNative(high1, Vector256.Abs(Vector256.Load(x + i + width)));
            high2 = Vector256.MaxNative(high2, Vector256.Abs(Vector256.Load(x + i + (2 * width))));
            high3 = Vector256.MaxNative(high3, Vector256.Abs(Vector256.Load(x + i + (3 * width))));
        }

        high = Vector256.MaxNative(Vector256.MaxNative(high, high1), Vector256.MaxNative(high2, high3));
        var halves = Vector128.MaxNative(high.GetLower(), high.GetUpper());
        float largest = MathF.Max(MathF.Max(halves[0], halves[1]), MathF.Max(halves[2], halves[3]));
        for (; i < inputs; i++)
            largest = MathF.Max(largest, MathF.Abs(x[i]));

        float factor = largest < Least ? 0 : Levels / largest;
        for (i = 0; i < whole; i += 4 * width)
        {
            var low = Vector256.Narrow(Whole(x + i, factor), Whole(x + i + width, factor));
            var upper = Vector256.Narrow(Whole(x + i + (2 * width), factor), Whole(x + i + (3 * width), factor));
            Vector256.Narrow(low, upper).Store((sbyte*)target + i);
        }

        for (; i < inputs; i++)
            ((sbyte*)target)[i] = (sbyte)MathF.Round(x[i] * factor);
        for (; i < ScalePlace(inputs); i++)
            target[i] = 0;
        *(float*)(target + i) = largest / Levels;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Whole(float* from, float factor) =>
            Vector256.ConvertToInt32Native(Vector256.Round(Vector256.Load(from) * factor, MidpointRounding.ToEven));
    }

    private static int ScalePlace(int inputs) => checked(inputs + CacheLine - 1) / CacheLine * CacheLine;
}
