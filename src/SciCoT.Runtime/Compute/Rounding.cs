using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>Rounds matrices of weights to fewer bits in one pass: with torch's operations this was most of the time of loading.</summary>
internal static unsafe class Rounding
{
    private const int RowsAtATime = 64;
    private const float Levels = 127;

    /// <summary>bfloat16 numbers nearest to some, ties to even.</summary>
    /// <param name="members">Members of the team at most.</param>
    /// <param name="from">The first number.</param>
    /// <param name="count">Number of numbers.</param>
    /// <param name="to">Where they go.</param>
    public static void ToBFloat16(int members, float* from, long count, ushort* to) =>
        ThreadTeam.Shared.ForRanges(members, count, 1 << 16, (first, last) => Round((uint*)from + first, (int)(last - first), to + first));

    /// <summary>int8 numbers and what each row of them is multiplied by: a row's largest magnitude becomes 127.</summary>
    /// <param name="members">Members of the team at most.</param>
    /// <param name="from">The first number of the first row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="inputs">Numbers in a row.</param>
    /// <param name="to">Where the whole numbers go.</param>
    /// <param name="scales">Where the rows' scales go.</param>
    public static void ToInt8(int members, float* from, long rows, int inputs, sbyte* to, float* scales) =>
        ThreadTeam.Shared.ForRanges(members, rows, RowsAtATime, (first, last) =>
        {
            for (long row = first; row < last; row++)
                Round(from + (row * inputs), inputs, to + (row * inputs), scales + row);
        });

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

    /// <summary>int8 numbers for one row, and what they are multiplied by.</summary>
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

        float step = *scale = largest / Levels;
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
