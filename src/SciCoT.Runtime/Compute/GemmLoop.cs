using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>The loops of <see cref="Gemm"/> around its tiles, in vectors of any width.</summary>
internal static unsafe class GemmLoop<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>Inputs taken at a time: a tile's rows stay in the first-level cache.</summary>
    private const int Depth = 256;

    /// <summary>Columns taken at a time: what is packed of the right matrix stays in the second-level cache.</summary>
    private const int Columns = 512;

    /// <summary>Rows so many numbers apart fall onto the same lines of the first-level cache.</summary>
    private const int Conflict = 1024;

    [ThreadStatic]
    private static NativeBuffer? s_packed;

    /// <inheritdoc cref="Gemm.Multiply(int, int, int, Gemm.View, Gemm.View, Gemm.View, bool)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRight>(int m, int n, int k, Gemm.View a, TRight b, Gemm.View c, bool add)
        where TRight : struct, Gemm.IRight
    {
        int rowsOfTile = GemmTiles<TSimd, TVector>.Rows, columnsOfTile = GemmTiles<TSimd, TVector>.Columns;
        float* packedB = (s_packed ??= new NativeBuffer(Depth * (Columns + rowsOfTile))).Pointer;
        float* packedA = packedB + (Depth * Columns);
        float* edge = stackalloc float[rowsOfTile * columnsOfTile];
        for (int column = 0; column < n; column += Columns)
        {
            int columns = Math.Min(Columns, n - column);
            for (int depth = 0; depth < k; depth += Depth)
            {
                int depths = Math.Min(Depth, k - depth);
                bool adds = add || depth > 0;
                b.Pack<TSimd, TVector>(depth, column, depths, columns, packedB);
                for (int row = 0; row < m; row += rowsOfTile)
                {
                    int rows = Math.Min(rowsOfTile, m - row);
                    var left = a.From(row, depth);
                    if (rows < rowsOfTile || a.RowStride % Conflict == 0)
                    {
                        GemmPacking<TSimd, TVector>.Left(left, rows, depths, packedA);
                        left = new Gemm.View(packedA, 1, rowsOfTile);
                    }

                    for (int tile = 0; tile < columns; tile += columnsOfTile)
                    {
                        float* right = packedB + ((long)tile * depths);
                        float* target = c.From(row, column + tile).Data;
                        int width = Math.Min(columnsOfTile, columns - tile);
                        if (rows == rowsOfTile && width == columnsOfTile)
                        {
                            GemmTiles<TSimd, TVector>.Full(depths, left.Data, left.RowStride, left.ColumnStride, right, target, c.RowStride, adds);
                            continue;
                        }

                        if (width <= TSimd.Width)
                            GemmTiles<TSimd, TVector>.Half(depths, left.Data, left.RowStride, left.ColumnStride, right, edge);
                        else
                            GemmTiles<TSimd, TVector>.Full(depths, left.Data, left.RowStride, left.ColumnStride, right, edge, columnsOfTile, add: false);
                        for (int i = 0; i < rows; i++)
                            GemmTiles<TSimd, TVector>.Store(TSimd.Load(edge + (i * columnsOfTile)), TSimd.Load(edge + (i * columnsOfTile) + TSimd.Width), target + (i * c.RowStride), width, adds);
                    }
                }
            }
        }

        GC.KeepAlive(s_packed);
    }

    /// <summary><c>y = x · matrixᵀ</c> or <c>y += x · matrixᵀ</c> with a matrix of weights in float32 or bfloat16, on the calling thread.</summary>
    public static void Multiply(int rows, Gemm.View x, in Matrix matrix, Gemm.View y, bool add)
    {
        if (matrix.Format == NumberFormat.BFloat16)
            Multiply(rows, matrix.Outputs, matrix.Inputs, x, new GemmHalfRows((ushort*)matrix.Data, matrix.Stride), y, add);
        else
            Multiply(rows, matrix.Outputs, matrix.Inputs, x, new Gemm.View((float*)matrix.Data, 1, matrix.Stride), y, add);
    }
}
