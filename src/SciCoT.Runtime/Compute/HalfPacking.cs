using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Rounds parts of float32 matrices to bfloat16 and lays them out as <see cref="HalfGemm"/> reads them.</summary>
internal static unsafe class HalfPacking
{
    private const int Tile = Int8Layout.TileOutputs;

    /// <summary>Rows of the left matrix, as <see cref="HalfRow"/> has them.</summary>
    public static void Rows(Gemm.View a, int rows, int depths, byte* target)
    {
        long bytes = HalfRow.Bytes(depths);
        for (int row = 0; row < rows; row++)
            HalfRow.Round(a.From(row, 0).Data, depths, target + (row * bytes));
    }

    /// <summary>Columns of the right matrix, as <see cref="HalfLayout"/> has them. What lies where columns are missing in the last tile is anything.</summary>
    public static void Tiles(Gemm.View b, int depths, int columns, byte* target)
    {
        long bytes = (long)HalfLayout.Groups(depths) * Int8Layout.GroupBytes;
        for (int column = 0; column < columns; column += Tile, target += bytes)
        {
            int width = Math.Min(Tile, columns - column);
            if (b.ColumnStride == 1)
                TileOfRows(b.From(0, column), depths, width, (uint*)target);
            else
                TileOfColumns(b.From(0, column), depths, width, (ushort*)target);
        }
    }

    /// <summary>A tile whose columns lie side by side: two rows make a cache line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TileOfRows(Gemm.View b, int depths, int width, uint* target)
    {
        float* row = b.Data;
        int depth = 0;
        for (; depth < depths - 1; depth += 2, row += 2 * b.RowStride, target += Tile)
        {
            Vector512<uint> first = Upper(Load(row)), second = Upper(Load(row + b.RowStride));
            Vector512.Store((first >>> 16) | (second & Vector512.Create(0xFFFF0000)), target);
        }

        if (depth < depths)
            Vector512.Store(Upper(Load(row)) >>> 16, target);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector512<float> Load(float* from) => width == Tile ? Vector512.Load(from) : Simd512.LoadFirst(from, width);

        // The nearest bfloat16 number in the upper half, halves to the even one; NaN stays NaN.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<uint> Upper(Vector512<float> value)
        {
            var bits = value.AsUInt32();
            var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One);
            return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, bits | Vector512.Create(0x400000u));
        }
    }

    /// <summary>A tile whose columns' own numbers lie side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TileOfColumns(Gemm.View b, int depths, int width, ushort* target)
    {
        ushort* rounded = stackalloc ushort[HalfRow.Bytes(depths) / sizeof(ushort)];
        for (int column = 0; column < width; column++)
        {
            HalfRow.Round(b.From(0, column).Data, depths, (byte*)rounded);
            HalfLayout.Write(rounded, depths, column, target);
        }
    }
}
