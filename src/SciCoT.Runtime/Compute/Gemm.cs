using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.Compute;

/// <summary>
/// Products of float32 matrices in AVX-512: tiles of eight rows and two vectors stay in registers while the inputs pass. Libraries
/// often use vectors half as wide on processors that are not Intel's.
/// </summary>
/// <remarks>A number of the result is added up in the same order whatever the other sizes and however many threads compute.</remarks>
internal static unsafe class Gemm
{
    public const int TileRows = 8;
    public const int TileColumns = 32;

    /// <summary>Inputs taken at a time: a tile's rows stay in the first-level cache.</summary>
    private const int Depth = 256;

    /// <summary>Columns taken at a time: what is packed of the right matrix stays in the second-level cache.</summary>
    private const int Columns = 512;

    /// <summary>Rows so many numbers apart fall onto the same lines of the first-level cache.</summary>
    private const int Conflict = 1024;

    [ThreadStatic]
    private static NativeBuffer? s_packed;

    /// <summary>A matrix with any order of its numbers: <c>[row, column]</c> lies at <c>row · RowStride + column · ColumnStride</c>.</summary>
    public readonly struct View(float* data, long rowStride, long columnStride = 1) : IRight
    {
        public float* Data => data;

        public long RowStride => rowStride;

        public long ColumnStride => columnStride;

        /// <summary>The matrix turned over.</summary>
        public View Transposed => new(data, columnStride, rowStride);

        public View From(long row, long column) => new(data + (row * rowStride) + (column * columnStride), rowStride, columnStride);

        public void Pack(int depth, int column, int depths, int columns, float* target) => GemmPacking.Right(From(depth, column), depths, columns, target);
    }

    /// <summary>A right matrix, which is copied part by part before it is used.</summary>
    public interface IRight
    {
        /// <summary>Copies a part tile by tile: <c>[tile, depth, column]</c>, zero where columns are missing.</summary>
        void Pack(int depth, int column, int depths, int columns, float* target);
    }

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    /// <summary><c>c = a · b</c> or <c>c += a · b</c>, on the calling thread.</summary>
    /// <param name="m">Rows of a and c.</param>
    /// <param name="n">Columns of b and c.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">The left matrix.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    public static void Multiply(int m, int n, int k, View a, View b, View c, bool add = false) => Multiply<View>(m, n, k, a, b, c, add);

    /// <summary><c>y = x · matrixᵀ</c> or <c>y += x · matrixᵀ</c> with a matrix of weights in float32 or bfloat16, on the calling thread.</summary>
    public static void Multiply(int rows, View x, in Matrix matrix, View y, bool add)
    {
        if (matrix.Format == NumberFormat.BFloat16)
            Multiply(rows, matrix.Outputs, matrix.Inputs, x, new GemmHalfRows((ushort*)matrix.Data, matrix.Stride), y, add);
        else
            Multiply(rows, matrix.Outputs, matrix.Inputs, x, new View((float*)matrix.Data, 1, matrix.Stride), y, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRight>(int m, int n, int k, View a, TRight b, View c, bool add)
        where TRight : struct, IRight
    {
        float* packedB = (s_packed ??= new NativeBuffer(Depth * (Columns + TileRows))).Pointer;
        float* packedA = packedB + (Depth * Columns);
        float* edge = stackalloc float[TileRows * TileColumns];
        for (int column = 0; column < n; column += Columns)
        {
            int columns = Math.Min(Columns, n - column);
            for (int depth = 0; depth < k; depth += Depth)
            {
                int depths = Math.Min(Depth, k - depth);
                bool adds = add || depth > 0;
                b.Pack(depth, column, depths, columns, packedB);
                for (int row = 0; row < m; row += TileRows)
                {
                    int rows = Math.Min(TileRows, m - row);
                    var left = a.From(row, depth);
                    if (rows < TileRows || a.RowStride % Conflict == 0)
                    {
                        GemmPacking.Left(left, rows, depths, packedA);
                        left = new View(packedA, 1, TileRows);
                    }

                    for (int tile = 0; tile < columns; tile += TileColumns)
                    {
                        float* right = packedB + ((long)tile * depths);
                        float* target = c.From(row, column + tile).Data;
                        int width = Math.Min(TileColumns, columns - tile);
                        if (rows == TileRows && width == TileColumns)
                        {
                            GemmTiles.Full(depths, left.Data, left.RowStride, left.ColumnStride, right, target, c.RowStride, adds);
                            continue;
                        }

                        if (width <= TileColumns / 2)
                            GemmTiles.Half(depths, left.Data, left.RowStride, left.ColumnStride, right, edge);
                        else
                            GemmTiles.Full(depths, left.Data, left.RowStride, left.ColumnStride, right, edge, TileColumns, add: false);
                        for (int i = 0; i < rows; i++)
                            GemmTiles.Store(Vector512.Load(edge + (i * TileColumns)), Vector512.Load(edge + (i * TileColumns) + (TileColumns / 2)), target + (i * c.RowStride), width, adds);
                    }
                }
            }
        }

        GC.KeepAlive(s_packed);
    }
}
