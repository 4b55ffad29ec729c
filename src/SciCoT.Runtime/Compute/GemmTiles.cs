using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>The innermost part of <see cref="Gemm"/>: sums of some rows and two vectors stay in registers while the inputs pass.</summary>
internal static unsafe class GemmTiles<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>Rows of a tile: their sums, two vectors of the right matrix and a number of the left one are all that registers hold.</summary>
    public static int Rows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TSimd.HasManyRegisters ? 8 : 6;
    }

    /// <summary>Columns of a tile.</summary>
    public static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * TSimd.Width;
    }

    /// <summary>A whole tile: <c>c = a · b</c> or <c>c += a · b</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Full(int depths, float* a, long aRow, long aColumn, float* b, float* c, long cRow, bool add)
    {
        if (TSimd.HasManyRegisters)
            Full8(depths, a, aRow, aColumn, b, c, cRow, add);
        else
            Full6(depths, a, aRow, aColumn, b, c, cRow, add);
    }

    /// <summary>A tile whose right half is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Half(int depths, float* a, long aRow, long aColumn, float* b, float* c)
    {
        if (TSimd.HasManyRegisters)
            Half8(depths, a, aRow, aColumn, b, c);
        else
            Half6(depths, a, aRow, aColumn, b, c);
    }

    /// <summary>Stores the first columns of a tile's row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TVector left, TVector right, float* c, int width, bool add)
    {
        if (add)
        {
            left = TSimd.Add(left, TSimd.LoadFirst(c, width));
            right = TSimd.Add(right, TSimd.LoadFirst(c + TSimd.Width, width - TSimd.Width));
        }

        TSimd.StoreFirst(left, c, width);
        TSimd.StoreFirst(right, c + TSimd.Width, width - TSimd.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Full8(int depths, float* a, long aRow, long aColumn, float* b, float* c, long cRow, bool add)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        TVector c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow, aRow7 = 7 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += Columns)
        {
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Width);
            var x = TSimd.Of(*a);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            c01 = TSimd.MultiplyAdd(x, b1, c01);
            x = TSimd.Of(a[aRow]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            c11 = TSimd.MultiplyAdd(x, b1, c11);
            x = TSimd.Of(a[2 * aRow]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            c21 = TSimd.MultiplyAdd(x, b1, c21);
            x = TSimd.Of(a[aRow3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            c31 = TSimd.MultiplyAdd(x, b1, c31);
            x = TSimd.Of(a[4 * aRow]);
            c40 = TSimd.MultiplyAdd(x, b0, c40);
            c41 = TSimd.MultiplyAdd(x, b1, c41);
            x = TSimd.Of(a[aRow5]);
            c50 = TSimd.MultiplyAdd(x, b0, c50);
            c51 = TSimd.MultiplyAdd(x, b1, c51);
            x = TSimd.Of(a[2 * aRow3]);
            c60 = TSimd.MultiplyAdd(x, b0, c60);
            c61 = TSimd.MultiplyAdd(x, b1, c61);
            x = TSimd.Of(a[aRow7]);
            c70 = TSimd.MultiplyAdd(x, b0, c70);
            c71 = TSimd.MultiplyAdd(x, b1, c71);
        }

        Store(c00, c01, c, add);
        Store(c10, c11, c + cRow, add);
        Store(c20, c21, c + (2 * cRow), add);
        Store(c30, c31, c + (3 * cRow), add);
        c += 4 * cRow;
        Store(c40, c41, c, add);
        Store(c50, c51, c + cRow, add);
        Store(c60, c61, c + (2 * cRow), add);
        Store(c70, c71, c + (3 * cRow), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Full6(int depths, float* a, long aRow, long aColumn, float* b, float* c, long cRow, bool add)
    {
        TVector c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        TVector c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += Columns)
        {
            TVector b0 = TSimd.Load(b), b1 = TSimd.Load(b + TSimd.Width);
            var x = TSimd.Of(*a);
            c00 = TSimd.MultiplyAdd(x, b0, c00);
            c01 = TSimd.MultiplyAdd(x, b1, c01);
            x = TSimd.Of(a[aRow]);
            c10 = TSimd.MultiplyAdd(x, b0, c10);
            c11 = TSimd.MultiplyAdd(x, b1, c11);
            x = TSimd.Of(a[2 * aRow]);
            c20 = TSimd.MultiplyAdd(x, b0, c20);
            c21 = TSimd.MultiplyAdd(x, b1, c21);
            x = TSimd.Of(a[aRow3]);
            c30 = TSimd.MultiplyAdd(x, b0, c30);
            c31 = TSimd.MultiplyAdd(x, b1, c31);
            x = TSimd.Of(a[4 * aRow]);
            c40 = TSimd.MultiplyAdd(x, b0, c40);
            c41 = TSimd.MultiplyAdd(x, b1, c41);
            x = TSimd.Of(a[aRow5]);
            c50 = TSimd.MultiplyAdd(x, b0, c50);
            c51 = TSimd.MultiplyAdd(x, b1, c51);
        }

        Store(c00, c01, c, add);
        Store(c10, c11, c + cRow, add);
        Store(c20, c21, c + (2 * cRow), add);
        Store(c30, c31, c + (3 * cRow), add);
        c += 4 * cRow;
        Store(c40, c41, c, add);
        Store(c50, c51, c + cRow, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Half8(int depths, float* a, long aRow, long aColumn, float* b, float* c)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow, aRow7 = 7 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += Columns)
        {
            var right = TSimd.Load(b);
            c0 = TSimd.MultiplyAdd(TSimd.Of(*a), right, c0);
            c1 = TSimd.MultiplyAdd(TSimd.Of(a[aRow]), right, c1);
            c2 = TSimd.MultiplyAdd(TSimd.Of(a[2 * aRow]), right, c2);
            c3 = TSimd.MultiplyAdd(TSimd.Of(a[aRow3]), right, c3);
            c4 = TSimd.MultiplyAdd(TSimd.Of(a[4 * aRow]), right, c4);
            c5 = TSimd.MultiplyAdd(TSimd.Of(a[aRow5]), right, c5);
            c6 = TSimd.MultiplyAdd(TSimd.Of(a[2 * aRow3]), right, c6);
            c7 = TSimd.MultiplyAdd(TSimd.Of(a[aRow7]), right, c7);
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + Columns);
        TSimd.Store(c2, c + (2 * Columns));
        TSimd.Store(c3, c + (3 * Columns));
        TSimd.Store(c4, c + (4 * Columns));
        TSimd.Store(c5, c + (5 * Columns));
        TSimd.Store(c6, c + (6 * Columns));
        TSimd.Store(c7, c + (7 * Columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Half6(int depths, float* a, long aRow, long aColumn, float* b, float* c)
    {
        TVector c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += Columns)
        {
            var right = TSimd.Load(b);
            c0 = TSimd.MultiplyAdd(TSimd.Of(*a), right, c0);
            c1 = TSimd.MultiplyAdd(TSimd.Of(a[aRow]), right, c1);
            c2 = TSimd.MultiplyAdd(TSimd.Of(a[2 * aRow]), right, c2);
            c3 = TSimd.MultiplyAdd(TSimd.Of(a[aRow3]), right, c3);
            c4 = TSimd.MultiplyAdd(TSimd.Of(a[4 * aRow]), right, c4);
            c5 = TSimd.MultiplyAdd(TSimd.Of(a[aRow5]), right, c5);
        }

        TSimd.Store(c0, c);
        TSimd.Store(c1, c + Columns);
        TSimd.Store(c2, c + (2 * Columns));
        TSimd.Store(c3, c + (3 * Columns));
        TSimd.Store(c4, c + (4 * Columns));
        TSimd.Store(c5, c + (5 * Columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector left, TVector right, float* c, bool add)
    {
        if (add)
        {
            left = TSimd.Add(left, TSimd.Load(c));
            right = TSimd.Add(right, TSimd.Load(c + TSimd.Width));
        }

        TSimd.Store(left, c);
        TSimd.Store(right, c + TSimd.Width);
    }
}
