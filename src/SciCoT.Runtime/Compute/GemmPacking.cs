using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.Compute;

/// <summary>Lays out parts of matrices as the tiles of <see cref="Gemm"/> read them.</summary>
internal static unsafe class GemmPacking<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    private static int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => GemmTiles<TSimd, TVector>.Columns;
    }

    /// <summary>Copies rows of the left matrix so that a tile's rows lie side by side: <c>[depth, row]</c>, zero where rows are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Left(Gemm.View a, int rows, int depths, float* target)
    {
        float* from = a.Data;
        for (int depth = 0; depth < depths; depth++, target += GemmTiles<TSimd, TVector>.Rows, from += a.ColumnStride)
        {
            int i = 0;
            for (; i < rows; i++)
                target[i] = from[i * a.RowStride];
            for (; i < GemmTiles<TSimd, TVector>.Rows; i++)
                target[i] = 0;
        }
    }

    /// <summary>Copies the right matrix tile by tile: <c>[tile, depth, column]</c>, zero where columns are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Right(Gemm.View b, int depths, int columns, float* target)
    {
        for (int tile = 0; tile < columns; tile += Columns, target += depths * Columns)
        {
            int width = Math.Min(Columns, columns - tile);
            float* from = b.Data + (tile * b.ColumnStride);
            if (b.ColumnStride == 1)
            {
                for (int depth = 0; depth < depths; depth++, from += b.RowStride)
                {
                    TSimd.Store(TSimd.LoadFirst(from, width), target + (depth * Columns));
                    TSimd.Store(TSimd.LoadFirst(from + TSimd.Width, width - TSimd.Width), target + (depth * Columns) + TSimd.Width);
                }
            }
            else if (b.RowStride == 1 && width % 4 == 0 && depths % 4 == 0)
            {
                for (int depth = 0; depth < depths; depth += 4)
                {
                    int j = 0;
                    for (; j < width; j += 4)
                        Transpose4(from + (j * b.ColumnStride) + depth, b.ColumnStride, target + (depth * Columns) + j);
                    for (; j < Columns; j += 4)
                    {
                        for (int row = depth; row < depth + 4; row++)
                            Vector128.Store(Vector128<float>.Zero, target + (row * Columns) + j);
                    }
                }
            }
            else
            {
                for (int depth = 0; depth < depths; depth++)
                {
                    int j = 0;
                    for (; j < width; j++)
                        target[(depth * Columns) + j] = from[(depth * b.RowStride) + (j * b.ColumnStride)];
                    for (; j < Columns; j++)
                        target[(depth * Columns) + j] = 0;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* from, long stride, float* target)
    {
        Vector128<float> a = Vector128.Load(from), b = Vector128.Load(from + stride), c = Vector128.Load(from + (2 * stride)), d = Vector128.Load(from + (3 * stride));
        Vector128<float> abLow = Sse.UnpackLow(a, b), abHigh = Sse.UnpackHigh(a, b), cdLow = Sse.UnpackLow(c, d), cdHigh = Sse.UnpackHigh(c, d);
        Vector128.Store(Sse.MoveLowToHigh(abLow, cdLow), target);
        Vector128.Store(Sse.MoveHighToLow(cdLow, abLow), target + Columns);
        Vector128.Store(Sse.MoveLowToHigh(abHigh, cdHigh), target + (2 * Columns));
        Vector128.Store(Sse.MoveHighToLow(cdHigh, abHigh), target + (3 * Columns));
    }
}
