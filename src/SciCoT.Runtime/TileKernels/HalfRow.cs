using SciCoT.Compute;

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
        Rounding.ToBFloat16(x, inputs, (ushort*)target);
        if (inputs % 2 != 0)
            ((ushort*)target)[inputs] = 0;
    }
}
