using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>What kernels of every width share: rows whose end fills no vector, sums, the exponential.</summary>
internal static unsafe class SimdMath<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>A vector of a row of <paramref name="count"/> numbers; behind its end are zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* row, int index, int count) =>
        index + TSimd.Width <= count ? TSimd.Load(row + index) : TSimd.LoadFirst(row + index, count - index);

    /// <summary>Stores a vector of a row, up to the row's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TVector vector, float* row, int index, int count)
    {
        if (index + TSimd.Width <= count)
            TSimd.Store(vector, row + index);
        else
            TSimd.StoreFirst(vector, row + index, count - index);
    }

    /// <summary>A vector in which numbers behind the row's end are replaced.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Within(TVector vector, int index, int count, float rest) =>
        index + TSimd.Width <= count ? vector : TSimd.First(vector, count - index, TSimd.Of(rest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(TVector vector) => TSimd.Sums(vector, vector, vector, vector).ToScalar();

    /// <summary>e to the power of x, to 2 units of the last place: <c>2ⁿ · eʳ</c> with <c>x = n · ln 2 + r</c>, eʳ by its Taylor series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        x = TSimd.Min(TSimd.Max(x, TSimd.Of(-87.33f)), TSimd.Of(88.37f)); // beyond these, 2ⁿ is no float32
        var shifter = TSimd.Of(12582912); // adding 1.5 · 2²³ leaves the nearest whole number in the last bits
        var shifted = TSimd.MultiplyAdd(x, TSimd.Of(1.44269504f), shifter);
        var n = TSimd.Add(shifted, TSimd.Of(-12582912));
        var r = TSimd.MultiplyAdd(n, TSimd.Of(-0.693145752f), x); // ln 2 in two parts, the first exact in products
        r = TSimd.MultiplyAdd(n, TSimd.Of(-1.42860677e-6f), r);
        var power = TSimd.MultiplyAdd(r, TSimd.Of(1f / 5040), TSimd.Of(1f / 720));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1f / 120));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1f / 24));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1f / 6));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(0.5f));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1));
        return TSimd.AddExponent(power, shifted);
    }
}
