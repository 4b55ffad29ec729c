using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.Compute;

/// <summary>
/// Products of float32 matrices in AVX-512 or AVX2: tiles of some rows and two vectors stay in registers while the inputs pass.
/// Libraries often use vectors half as wide on processors that are not Intel's.
/// </summary>
/// <remarks>A number of the result is added up in the same order whatever the other sizes and however many threads compute.</remarks>
internal static unsafe class Gemm
{
    /// <summary>A matrix with any order of its numbers: <c>[row, column]</c> lies at <c>row · RowStride + column · ColumnStride</c>.</summary>
    public readonly struct View(float* data, long rowStride, long columnStride = 1) : IRight
    {
        public float* Data => data;

        public long RowStride => rowStride;

        public long ColumnStride => columnStride;

        /// <summary>The matrix turned over.</summary>
        public View Transposed => new(data, columnStride, rowStride);

        public View From(long row, long column) => new(data + (row * rowStride) + (column * columnStride), rowStride, columnStride);

        public void Pack<TSimd, TVector>(int depth, int column, int depths, int columns, float* target)
            where TSimd : ISimd<TVector>
            where TVector : struct => GemmPacking<TSimd, TVector>.Right(From(depth, column), depths, columns, target);
    }

    /// <summary>A right matrix, which is copied part by part before it is used.</summary>
    public interface IRight
    {
        /// <summary>Copies a part tile by tile: <c>[tile, depth, column]</c>, zero where columns are missing.</summary>
        void Pack<TSimd, TVector>(int depth, int column, int depths, int columns, float* target)
            where TSimd : ISimd<TVector>
            where TVector : struct;
    }

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Simd512.IsSupported || (Simd256.IsSupported && Fma.IsSupported);

    /// <summary>Rows of a tile.</summary>
    public static int TileRows => Simd512.IsSupported ? GemmTiles<Simd512, Vector512<float>>.Rows : GemmTiles<Simd256, Vector256<float>>.Rows;

    /// <summary>Columns of a tile.</summary>
    public static int TileColumns => Simd512.IsSupported ? GemmTiles<Simd512, Vector512<float>>.Columns : GemmTiles<Simd256, Vector256<float>>.Columns;

    /// <summary><c>c = a · b</c> or <c>c += a · b</c>, on the calling thread.</summary>
    /// <param name="m">Rows of a and c.</param>
    /// <param name="n">Columns of b and c.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">The left matrix.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    public static void Multiply(int m, int n, int k, View a, View b, View c, bool add = false)
    {
        if (Simd512.IsSupported)
            GemmLoop<Simd512, Vector512<float>>.Multiply(m, n, k, a, b, c, add);
        else
            GemmLoop<Simd256, Vector256<float>>.Multiply(m, n, k, a, b, c, add);
    }
}
