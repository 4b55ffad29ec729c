using System.Numerics;
using System.Runtime.InteropServices;

namespace SciCoT.Compute;

/// <summary>Looks for numbers that are NaN or infinite: those whose exponent has all bits set.</summary>
internal static class FiniteNumbers
{
    private const uint Exponent = 0x7F80_0000;
    private const ushort NarrowExponent = 0x7F80;

    /// <summary>The place of the first number that is NaN or infinite; −1 where there is none.</summary>
    public static int FirstNotFinite(ReadOnlySpan<float> numbers)
    {
        var bits = MemoryMarshal.Cast<float, uint>(numbers);
        int i = 0;
        for (var exponent = new Vector<uint>(Exponent); i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            if (Vector.EqualsAny(new Vector<uint>(bits[i..]) & exponent, exponent))
                break;
        }

        for (; i < bits.Length; i++)
        {
            if ((bits[i] & Exponent) == Exponent)
                return i;
        }

        return -1;
    }

    /// <summary>The same for bfloat16, as its 16 bits.</summary>
    public static int FirstNotFinite(ReadOnlySpan<ushort> numbers)
    {
        int i = 0;
        for (var exponent = new Vector<ushort>(NarrowExponent); i <= numbers.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            if (Vector.EqualsAny(new Vector<ushort>(numbers[i..]) & exponent, exponent))
                break;
        }

        for (; i < numbers.Length; i++)
        {
            if ((numbers[i] & NarrowExponent) == NarrowExponent)
                return i;
        }

        return -1;
    }
}
