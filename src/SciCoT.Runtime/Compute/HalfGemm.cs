using System.Runtime.CompilerServices;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Products of float32 matrices in bfloat16 arithmetic: both are rounded part by part, sums are float32 numbers.</summary>
/// <remarks>A number of the result is added up in the same order whatever the other sizes and however many threads compute.</remarks>
internal static unsafe class HalfGemm
{
    /// <summary>Inputs taken at a time: two tiles of the right matrix stay in the second-level cache while rows pass.</summary>
    private const int Depth = 1024;

    /// <summary>Columns taken at a time.</summary>
    private const int Columns = 256;

    /// <summary>Rows of the left matrix taken at a time: enough to make it pay to lay out the right one.</summary>
    private const int Rows = 1024;

    /// <summary>Rows that pass over two tiles together, a part of a tile's outputs.</summary>
    private const int Step = 8;

    private const int Tile = Int8Layout.TileOutputs;

    [ThreadStatic]
    private static NativeBuffer? s_packed;

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported => Gemm.IsSupported && HalfKernels.Fast is not null && HalfKernels.FastOfTiles is not null;

    /// <summary><c>c = a · b</c> or <c>c += a · b</c>, on the calling thread. The left and the right matrix have rows or columns whose numbers lie side by side.</summary>
    /// <param name="m">Rows of a and c.</param>
    /// <param name="n">Columns of b and c.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">The left matrix.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    public static void Multiply(int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c, bool add = false)
    {
        long leftBytes = Math.Max((long)Rows * HalfRow.Bytes(Depth), HalfLayout.Bytes(Rows, Depth));
        s_packed ??= new NativeBuffer((leftBytes + HalfLayout.Bytes(Columns, Depth)) / sizeof(float));
        byte* left = (byte*)s_packed.Pointer, right = left + leftBytes;
        for (int depth = 0; depth < k; depth += Depth)
        {
            int depths = Math.Min(Depth, k - depth);
            for (int row = 0; row < m; row += Rows)
            {
                int rows = Math.Min(Rows, m - row);
                bool isTurned = a.ColumnStride != 1;
                if (isTurned)
                    HalfPacking.Tiles(a.From(row, depth).Transposed, depths, rows, left);
                else
                    HalfPacking.Rows(a.From(row, depth), rows, depths, left);
                for (int column = 0; column < n; column += Columns)
                {
                    int columns = Math.Min(Columns, n - column);
                    HalfPacking.Tiles(b.From(depth, column), depths, columns, right);
                    Multiply(left, isTurned ? 0 : HalfRow.Bytes(depths), rows, depths, right, columns, c.From(row, column), add || depth > 0);
                }
            }
        }

        GC.KeepAlive(s_packed);
    }

    /// <summary>A product of parts that were rounded before.</summary>
    /// <param name="left">Rows as <see cref="HalfRow"/> has them, or tiles as <see cref="HalfLayout"/> has them.</param>
    /// <param name="stride">Bytes from row to row; 0 for tiles.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="depths">Products of each sum.</param>
    /// <param name="right">Tiles of the right matrix.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    internal static void Multiply(byte* left, int stride, int rows, int depths, byte* right, int columns, Gemm.View c, bool add)
    {
        bool isTurned = stride == 0;
        var kernel = (isTurned ? HalfKernels.FastOfTiles : HalfKernels.Fast)!;
        int groups = HalfLayout.Groups(depths);
        long tileBytes = (long)groups * Int8Layout.GroupBytes;
        float* edge = stackalloc float[Step * Tile];
        for (int column = 0, tiles; column < columns; column += tiles * Tile)
        {
            int width = Math.Min(Tile, columns - column);
            tiles = Math.Clamp((columns - column) / Tile, 1, kernel.Tiles);
            var block = new TileBlock
            {
                Weights = right + (column / Tile * tileBytes),
                Tiles = tiles,
                Groups = groups,
                Stride = isTurned ? sizeof(int) : stride,
                Parts = 1,
                YStride = checked((int)c.RowStride),
                Adds = add,
            };
            for (int row = 0; row < rows; row += Step)
            {
                block.X = isTurned ? left + (row / Tile * tileBytes) + (row % Tile * sizeof(int)) : left + (row * block.Stride);
                block.Rows = Math.Min(Step, rows - row);
                block.Y = c.From(row, column).Data;
                if (width == Tile)
                {
                    kernel.Multiply(block);
                    continue;
                }

                kernel.Multiply(block with { Y = edge, YStride = Tile, Adds = false });
                for (int i = 0; i < block.Rows; i++)
                    Store(edge + (i * Tile), block.Y + (i * c.RowStride), width, add);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(float* products, float* y, int width, bool add)
    {
        for (int i = 0; i < width; i++)
            y[i] = add ? y[i] + products[i] : products[i];
    }
}
