using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SciCoT.Compute;

/// <summary>Looks for numbers that are NaN or infinite: those whose exponent has all bits set.</summary>
internal static class FiniteNumbers
{
    private const int Exponent = 0x7F80_0000;
    private const short NarrowExponent = 0x7F80;

    /// <summary>The place of the first number that is NaN or infinite; −1 where there is none.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> numbers)
    {
        var bits = MemoryMarshal.Cast<float, int>(numbers);
        return Largest(bits, int.MaxValue) < Exponent ? -1 : First(bits, Exponent);
    }

    /// <summary>The same for bfloat16, as its 16 bits.</summary>
    public static int FirstNotFinite(ReadOnlySpan<ushort> numbers)
    {
        var bits = MemoryMarshal.Cast<ushort, short>(numbers);
        return Largest(bits, short.MaxValue) < NarrowExponent ? -1 : First(bits, NarrowExponent);
    }

    /// <summary>The largest of the numbers' bits without their sign: a number that is not finite has the largest exponent. No branch stands in the loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // it runs once, and at the first tier it would take as long as reading the file
    private static T Largest<T>(ReadOnlySpan<T> bits, T withoutSign)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var start = ref MemoryMarshal.GetReference(bits);
        var mask = new Vector<T>(withoutSign);
        Vector<T> a = Vector<T>.Zero, b = a, c = a, d = a;
        int width = Vector<T>.Count, i = 0;
        for (; i <= bits.Length - (4 * width); i += 4 * width)
        {
            a = Vector.Max(a, Load(ref start, i) & mask);
            b = Vector.Max(b, Load(ref start, i + width) & mask);
            c = Vector.Max(c, Load(ref start, i + (2 * width)) & mask);
            d = Vector.Max(d, Load(ref start, i + (3 * width)) & mask);
        }

        var all = Vector.Max(Vector.Max(a, b), Vector.Max(c, d));
        var largest = T.Zero;
        for (int lane = 0; lane < width; lane++)
            largest = T.Max(largest, all[lane]);
        for (; i < bits.Length; i++)
            largest = T.Max(largest, bits[i] & withoutSign);
        return largest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector<T> Load(ref T start, int place) => Vector.LoadUnsafe(ref start, (nuint)place);
    }

    private static int First<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        int i = 0;
        while ((bits[i] & exponent) != exponent)
            i++;
        return i;
    }
}
