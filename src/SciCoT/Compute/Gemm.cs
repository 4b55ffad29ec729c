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

        public void Pack(int depth, int column, int depths, int columns, float* target) => PackRight(From(depth, column), depths, columns, target);
    }

    /// <summary>A right matrix, which is copied part by part before it is used.</summary>
    private interface IRight
    {
        /// <summary>Copies a part tile by tile: <c>[tile, depth, column]</c>, zero where columns are missing.</summary>
        void Pack(int depth, int column, int depths, int columns, float* target);
    }

    /// <summary>A right matrix whose columns are rows of bfloat16 numbers.</summary>
    private readonly struct HalfRows(ushort* data, long stride) : IRight
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Pack(int depth, int column, int depths, int columns, float* target)
        {
            float* wide = stackalloc float[TileColumns * 16];
            for (int tile = 0; tile < columns; tile += TileColumns, target += depths * TileColumns)
            {
                int width = Math.Min(TileColumns, columns - tile);
                for (int from = 0; from < depths; from += 16)
                {
                    int count = Math.Min(16, depths - from);
                    for (int j = 0; j < width; j++)
                    {
                        ushort* row = data + ((column + tile + j) * stride) + depth + from;
                        if (count == 16)
                        {
                            Vector512.Store(Simd512.Load(row), wide + (j * 16));
                            continue;
                        }

                        for (int i = 0; i < count; i++)
                            wide[(j * 16) + i] = BitConverter.Int32BitsToSingle(row[i] << 16);
                    }

                    PackRight(new View(wide, 1, 16), count, width, target + (from * TileColumns));
                }
            }
        }
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
            Multiply(rows, matrix.Outputs, matrix.Inputs, x, new HalfRows((ushort*)matrix.Data, matrix.Stride), y, add);
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
                        PackLeft(left, rows, depths, packedA);
                        left = new View(packedA, 1, TileRows);
                    }

                    for (int tile = 0; tile < columns; tile += TileColumns)
                    {
                        float* right = packedB + ((long)tile * depths);
                        float* target = c.From(row, column + tile).Data;
                        int width = Math.Min(TileColumns, columns - tile);
                        if (rows == TileRows && width == TileColumns)
                        {
                            Tile(depths, left.Data, left.RowStride, left.ColumnStride, right, target, c.RowStride, adds);
                            continue;
                        }

                        if (width <= TileColumns / 2)
                            HalfTile(depths, left.Data, left.RowStride, left.ColumnStride, right, edge);
                        else
                            Tile(depths, left.Data, left.RowStride, left.ColumnStride, right, edge, TileColumns, add: false);
                        for (int i = 0; i < rows; i++)
                            Store(Vector512.Load(edge + (i * TileColumns)), Vector512.Load(edge + (i * TileColumns) + (TileColumns / 2)), target + (i * c.RowStride), width, adds);
                    }
                }
            }
        }

        GC.KeepAlive(s_packed);
    }

    /// <summary>Copies rows of the left matrix so that a tile's rows lie side by side: <c>[depth, row]</c>, zero where rows are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackLeft(View a, int rows, int depths, float* target)
    {
        float* from = a.Data;
        for (int depth = 0; depth < depths; depth++, target += TileRows, from += a.ColumnStride)
        {
            int i = 0;
            for (; i < rows; i++)
                target[i] = from[i * a.RowStride];
            for (; i < TileRows; i++)
                target[i] = 0;
        }
    }

    /// <summary>Copies the right matrix tile by tile: <c>[tile, depth, column]</c>, zero where columns are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRight(View b, int depths, int columns, float* target)
    {
        for (int tile = 0; tile < columns; tile += TileColumns, target += depths * TileColumns)
        {
            int width = Math.Min(TileColumns, columns - tile);
            float* from = b.Data + (tile * b.ColumnStride);
            if (b.ColumnStride == 1)
            {
                var (left, right) = (Simd512.First(width), Simd512.First(width - (TileColumns / 2)));
                for (int depth = 0; depth < depths; depth++, from += b.RowStride)
                {
                    Vector512.Store(Avx512F.MaskLoad(from, left, Vector512<float>.Zero), target + (depth * TileColumns));
                    Vector512.Store(Avx512F.MaskLoad(from + (TileColumns / 2), right, Vector512<float>.Zero), target + (depth * TileColumns) + (TileColumns / 2));
                }
            }
            else if (b.RowStride == 1 && width % 4 == 0 && depths % 4 == 0)
            {
                for (int depth = 0; depth < depths; depth += 4)
                {
                    int j = 0;
                    for (; j < width; j += 4)
                        Transpose4(from + (j * b.ColumnStride) + depth, b.ColumnStride, target + (depth * TileColumns) + j);
                    for (; j < TileColumns; j += 4)
                    {
                        for (int row = depth; row < depth + 4; row++)
                            Vector128.Store(Vector128<float>.Zero, target + (row * TileColumns) + j);
                    }
                }
            }
            else
            {
                for (int depth = 0; depth < depths; depth++)
                {
                    int j = 0;
                    for (; j < width; j++)
                        target[(depth * TileColumns) + j] = from[(depth * b.RowStride) + (j * b.ColumnStride)];
                    for (; j < TileColumns; j++)
                        target[(depth * TileColumns) + j] = 0;
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
        Vector128.Store(Sse.MoveHighToLow(cdLow, abLow), target + TileColumns);
        Vector128.Store(Sse.MoveLowToHigh(abHigh, cdHigh), target + (2 * TileColumns));
        Vector128.Store(Sse.MoveHighToLow(cdHigh, abHigh), target + (3 * TileColumns));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(int depths, float* a, long aRow, long aColumn, float* b, float* c, long cRow, bool add)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default, c71 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow, aRow7 = 7 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += TileColumns)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + (TileColumns / 2));
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
    private static void HalfTile(int depths, float* a, long aRow, long aColumn, float* b, float* c)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        long aRow3 = 3 * aRow, aRow5 = 5 * aRow, aRow7 = 7 * aRow;
        for (int depth = 0; depth < depths; depth++, a += aColumn, b += TileColumns)
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
        Vector512.Store(c1, c + TileColumns);
        Vector512.Store(c2, c + (2 * TileColumns));
        Vector512.Store(c3, c + (3 * TileColumns));
        Vector512.Store(c4, c + (4 * TileColumns));
        Vector512.Store(c5, c + (5 * TileColumns));
        Vector512.Store(c6, c + (6 * TileColumns));
        Vector512.Store(c7, c + (7 * TileColumns));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> left, Vector512<float> right, float* c, bool add)
    {
        if (add)
        {
            left += Vector512.Load(c);
            right += Vector512.Load(c + (TileColumns / 2));
        }

        Vector512.Store(left, c);
        Vector512.Store(right, c + (TileColumns / 2));
    }

    /// <summary>Stores the first columns of a tile's row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> left, Vector512<float> right, float* c, int width, bool add)
    {
        var (leftMask, rightMask) = (Simd512.First(width), Simd512.First(width - (TileColumns / 2)));
        if (add)
        {
            left += Avx512F.MaskLoad(c, leftMask, Vector512<float>.Zero);
            right += Avx512F.MaskLoad(c + (TileColumns / 2), rightMask, Vector512<float>.Zero);
        }

        Avx512F.MaskStore(c, leftMask, left);
        Avx512F.MaskStore(c + (TileColumns / 2), rightMask, right);
    }
}
