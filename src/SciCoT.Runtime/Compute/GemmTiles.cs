using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.Compute;

/// <summary>The innermost part of <see cref="Gemm"/>: sums stay in registers while the inputs pass.</summary>
internal static unsafe class GemmTiles
{
    /// <summary>A tile of eight rows and two vectors: <c>c = a · b</c> or <c>c += a · b</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Full(int depths, float* a, long aRow, long aColumn, float* b, float* c, long cRow, bool add)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow, aRow7 = 7 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += Gemm.TileColumns)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + (Gemm.TileColumns / 2));
            var x = Vector512.Create(*a);
            c00 = Avx512F.FusedMultiplyAdd(x, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[aRow]);
            c10 = Avx512F.FusedMultiplyAdd(x, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2 * aRow]);
            c20 = Avx512F.FusedMultiplyAdd(x, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[aRow3]);
            c30 = Avx512F.FusedMultiplyAdd(x, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4 * aRow]);
            c40 = Avx512F.FusedMultiplyAdd(x, b0, c40);
            c41 = Avx512F.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[aRow5]);
            c50 = Avx512F.FusedMultiplyAdd(x, b0, c50);
            c51 = Avx512F.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[2 * aRow3]);
            c60 = Avx512F.FusedMultiplyAdd(x, b0, c60);
            c61 = Avx512F.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[aRow7]);
            c70 = Avx512F.FusedMultiplyAdd(x, b0, c70);
            c71 = Avx512F.FusedMultiplyAdd(x, b1, c71);
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

    /// <summary>A tile whose right half is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Half(int depths, float* a, long aRow, long aColumn, float* b, float* c)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow, aRow7 = 7 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += Gemm.TileColumns)
        {
            var right = Vector512.Load(b);
            c0 = Avx512F.FusedMultiplyAdd(Vector512.Create(*a), right, c0);
            c1 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[aRow]), right, c1);
            c2 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[2 * aRow]), right, c2);
            c3 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[aRow3]), right, c3);
            c4 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[4 * aRow]), right, c4);
            c5 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[aRow5]), right, c5);
            c6 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[2 * aRow3]), right, c6);
            c7 = Avx512F.FusedMultiplyAdd(Vector512.Create(a[aRow7]), right, c7);
        }

        Vector512.Store(c0, c);
        Vector512.Store(c1, c + Gemm.TileColumns);
        Vector512.Store(c2, c + (2 * Gemm.TileColumns));
        Vector512.Store(c3, c + (3 * Gemm.TileColumns));
        Vector512.Store(c4, c + (4 * Gemm.TileColumns));
        Vector512.Store(c5, c + (5 * Gemm.TileColumns));
        Vector512.Store(c6, c + (6 * Gemm.TileColumns));
        Vector512.Store(c7, c + (7 * Gemm.TileColumns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> left, Vector512<float> right, float* c, bool add)
    {
        if (add)
        {
            left += Vector512.Load(c);
            right += Vector512.Load(c + (Gemm.TileColumns / 2));
        }

        Vector512.Store(left, c);
        Vector512.Store(right, c + (Gemm.TileColumns / 2));
    }

    /// <summary>Stores the first columns of a tile's row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> left, Vector512<float> right, float* c, int width, bool add)
    {
        var (leftMask, rightMask) = (Simd512.Mask(width), Simd512.Mask(width - (Gemm.TileColumns / 2)));
        if (add)
        {
            left += Avx512F.MaskLoad(c, leftMask, Vector512<float>.Zero);
            right += Avx512F.MaskLoad(c + (Gemm.TileColumns / 2), rightMask, Vector512<float>.Zero);
        }

        Avx512F.MaskStore(c, leftMask, left);
        Avx512F.MaskStore(c + (Gemm.TileColumns / 2), rightMask, right);
    }
}
