using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.TileKernels;

/// <summary>
/// A row of inputs rounded for products with int8 matrices: whole numbers from −127 to 127, zeros up to a cache line's end, and on a cache
/// line of its own what they are multiplied by, the row's largest magnitude divided by 127, and what corrects products with weights that
/// were made unsigned by 128 more, −128 times the sum of the numbers.
/// </summary>
internal static unsafe class RoundedRow
{
    private const float Levels = 127;

    /// <summary>What rounding leaves is half a step at most.</summary>
    private const float RestLevels = 2 * Levels;

    /// <summary>Below this a row's largest number has no reciprocal in float32, and the row counts as zeros.</summary>
    private const float Least = 1e-36f;

    /// <summary>A number that is so many times a row's root mean square is an outlier. Rounding to a 127th of it leaves 4 % of that root.</summary>
    private const double Outlier = 16;

    private const int CacheLine = 64;

    /// <summary>Where the scale lies from a row's end, in bytes.</summary>
    public const int ScaleFromEnd = -CacheLine;

    /// <summary>Where the correction lies from a row's end, in bytes.</summary>
    public const int CorrectionFromEnd = ScaleFromEnd + sizeof(float);

    /// <summary>Bytes of a row.</summary>
    public static int Bytes(int inputs) => checked(ScalePlace(inputs) + CacheLine);

    /// <summary>What a row's numbers are multiplied by.</summary>
    public static float Scale(byte* row, int inputs) => *(float*)(row + ScalePlace(inputs));

    /// <summary>What is added to sums of products with weights that are 128 too large.</summary>
    public static int Correction(byte* row, int inputs) => *(int*)(row + Bytes(inputs) + CorrectionFromEnd);

    /// <summary>Puts what follows a row's numbers behind them.</summary>
    /// <param name="row">The row.</param>
    /// <param name="inputs">How many numbers it has.</param>
    /// <param name="scale">What they are multiplied by.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void End(byte* row, int inputs, float scale)
    {
        int place = ScalePlace(inputs);
        new Span<byte>(row + inputs, place - inputs).Clear();
        var sums = Vector256<int>.Zero;
        for (int i = 0; i < place; i += Vector256<sbyte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load((sbyte*)row + i));
            var pairs = low + high; // within 16 bits
            sums += Vector256.WidenLower(pairs) + Vector256.WidenUpper(pairs);
        }

        *(float*)(row + place) = scale;
        *(int*)(row + Bytes(inputs) + CorrectionFromEnd) = -128 * Vector256.Sum(sums);
    }

    /// <summary>Rounds a row. Its bits are the same whatever the processor.</summary>
    /// <param name="x">The numbers.</param>
    /// <param name="inputs">How many they are.</param>
    /// <param name="target">The row, <see cref="Bytes"/> long.</param>
    /// <param name="rest">Where what the rounding leaves is put, rounded, as a row of its own; null where it is to be lost.</param>
    /// <param name="ofAll">Whether any row has a rest; otherwise one with an outlier, and the rest of another counts for nothing: its scale is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(float* x, int inputs, byte* target, byte* rest = null, bool ofAll = true)
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
            Store(Load(x + i), Load(x + i + width), Load(x + i + (2 * width)), Load(x + i + (3 * width)), target + i);
        for (; i < inputs; i++)
            ((sbyte*)target)[i] = (sbyte)MathF.Round(x[i] * factor);
        End(target, inputs, largest / Levels);
        if (rest is null)
            return;
        if (!ofAll && !HasOutlier((sbyte*)target, inputs))
        {
            *(float*)(rest + ScalePlace(inputs)) = 0;
            return;
        }

        for (i = 0; i < whole; i += 4 * width)
            Store(Rest(Load(x + i)), Rest(Load(x + i + width)), Rest(Load(x + i + (2 * width))), Rest(Load(x + i + (3 * width))), rest + i);
        for (; i < inputs; i++)
        {
            float level = x[i] * factor;
            ((sbyte*)rest)[i] = (sbyte)MathF.Round((level - MathF.Round(level)) * RestLevels);
        }

        End(rest, inputs, largest / Levels / RestLevels);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<float> Load(float* from) => Vector256.Load(from) * factor;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Rest(Vector256<float> level) => (level - Nearest(level)) * RestLevels;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<float> Nearest(Vector256<float> level) => Avx.IsSupported ? Avx.RoundToNearestInteger(level) : Vector256.Round(level, MidpointRounding.ToEven);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, byte* to) =>
            Vector256.Narrow(Vector256.Narrow(Whole(a), Whole(b)), Vector256.Narrow(Whole(c), Whole(d))).Store((sbyte*)to);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Whole(Vector256<float> level) => Vector256.ConvertToInt32Native(Nearest(level));
    }

    /// <summary>Whether the largest of a row's numbers, ±127, is an outlier.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool HasOutlier(sbyte* row, int inputs)
    {
        var squares = Vector256<int>.Zero; // 2¹⁷ numbers at least have room
        for (int i = 0; i < ScalePlace(inputs); i += Vector256<sbyte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(row + i));
            squares += Pairs(low) + Pairs(high);
        }

        return Outlier * Outlier * Vector256.Sum(squares) < Levels * Levels * (double)inputs;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Pairs(Vector256<short> values)
        {
            if (Avx2.IsSupported)
                return Avx2.MultiplyAddAdjacent(values, values);
            var (low, high) = Vector256.Widen(values);
            return (low * low) + (high * high);
        }
    }

    private static int ScalePlace(int inputs) => checked(inputs + CacheLine - 1) / CacheLine * CacheLine;
}
