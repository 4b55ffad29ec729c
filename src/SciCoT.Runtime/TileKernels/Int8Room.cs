using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.TileKernels;

/// <summary>
/// What lets four products of int8 numbers be added up in 16 bits: inputs are at most 127, and the magnitudes of the four weights together at
/// most <see cref="Most"/>. The four are two neighbours of a group and the two at the same places of the next group, of eight inputs each
/// time the first, second, fifth and sixth, and the others.
/// </summary>
/// <remarks>Trained weights have that room nearly always, as the largest of a row is 127 and most are far smaller.</remarks>
internal static unsafe class Int8Room
{
    /// <summary>127 times this is below 2¹⁵.</summary>
    public const int Most = 258;

    /// <summary>Inputs after which the four places are the same again.</summary>
    private const int Inputs = 2 * Int8Layout.Group;

    /// <summary>The smallest step of which the weights of a row can be rounded to multiples, so that they have room.</summary>
    /// <remarks>Rounding may add a half to each of the four.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Step(float* row, int inputs)
    {
        var highest = Vector128<float>.Zero;
        int i = 0;
        for (; i <= inputs - Inputs; i += Inputs)
        {
            var sums = Vector128.Abs(Vector128.Load(row + i)) + Vector128.Abs(Vector128.Load(row + i + Int8Layout.Group));
            highest = Vector128.Max(highest, sums + Vector128.Shuffle(sums, Vector128.Create(1, 0, 3, 2)));
        }

        float first = highest[0], second = highest[2];
        if (i < inputs)
        {
            float* last = stackalloc float[Inputs];
            new Span<float>(last, Inputs).Clear();
            new Span<float>(row + i, inputs - i).CopyTo(new Span<float>(last, Inputs));
            first = MathF.Max(first, MathF.Abs(last[0]) + MathF.Abs(last[4]) + (MathF.Abs(last[1]) + MathF.Abs(last[5])));
            second = MathF.Max(second, MathF.Abs(last[2]) + MathF.Abs(last[6]) + (MathF.Abs(last[3]) + MathF.Abs(last[7])));
        }

        return MathF.Max(first, second) / (Most - 2);
    }

    /// <summary>Whether all weights of an output have room. It is made for matrices that others rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Has(sbyte* row, int inputs)
    {
        int i = 0;
        var highest = Vector128<ushort>.Zero;
        for (; i <= inputs - (2 * Inputs); i += 2 * Inputs)
        {
            var pairs = Vector128.Abs(Vector128.Load(row + i)).AsUInt16();
            pairs = (pairs & Vector128.Create((ushort)0xFF)) + (pairs >> 8);
            highest = Vector128.Max(highest, pairs + Vector128.Shuffle(pairs, Vector128.Create((ushort)2, 3, 0, 1, 6, 7, 4, 5)));
        }

        for (int first = i; first < inputs; first++)
        {
            // The other three of its four.
            int place = (first - i) % Inputs, start = first - place, sum = 0;
            for (int other = 0; other < Inputs; other++)
                sum += other % Int8Layout.Group / 2 == place % Int8Layout.Group / 2 && start + other < inputs ? Math.Abs((int)row[start + other]) : 0;
            if (sum > Most)
                return false;
        }

        return Vector128.LessThanOrEqualAll(highest, Vector128.Create((ushort)Most));
    }
}
