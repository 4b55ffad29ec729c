using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>Rounds parts of float32 matrices to bfloat16 and lays them out as <see cref="HalfGemm"/> reads them.</summary>
internal static unsafe class HalfPacking
{
    private const int Tile = Int8Layout.TileOutputs;

    /// <summary>Columns that are put in their places together.</summary>
    private const int Some = 4;

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
        int stride = HalfRow.Bytes(depths) / sizeof(ushort), column = 0;
        ushort* rounded = stackalloc ushort[Some * stride];
        for (; column <= width - Some; column += Some)
        {
            for (int i = 0; i < Some; i++)
                HalfRow.Round(b.From(0, column + i).Data, depths, (byte*)(rounded + (i * stride)));
            WriteSome((uint*)rounded, stride / 2, HalfLayout.Groups(depths), (uint*)target + column);
        }

        for (; column < width; column++)
        {
            HalfRow.Round(b.From(0, column).Data, depths, (byte*)rounded);
            HalfLayout.Write(rounded, depths, column, target);
        }
    }

    /// <summary>Puts some columns' pairs of numbers in their places: four of each column at a time change rows with columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteSome(uint* rounded, int stride, int groups, uint* target)
    {
        int group = 0;
        for (; group <= groups - Some; group += Some, target += Some * Tile)
        {
            Vector128<uint> a = Vector128.Load(rounded + group), b = Vector128.Load(rounded + stride + group);
            Vector128<uint> c = Vector128.Load(rounded + (2 * stride) + group), d = Vector128.Load(rounded + (3 * stride) + group);
            Vector128<ulong> abLow = Sse2.UnpackLow(a, b).AsUInt64(), abHigh = Sse2.UnpackHigh(a, b).AsUInt64();
            Vector128<ulong> cdLow = Sse2.UnpackLow(c, d).AsUInt64(), cdHigh = Sse2.UnpackHigh(c, d).AsUInt64();
            Sse2.UnpackLow(abLow, cdLow).AsUInt32().Store(target);
            Sse2.UnpackHigh(abLow, cdLow).AsUInt32().Store(target + Tile);
            Sse2.UnpackLow(abHigh, cdHigh).AsUInt32().Store(target + (2 * Tile));
            Sse2.UnpackHigh(abHigh, cdHigh).AsUInt32().Store(target + (3 * Tile));
        }

        for (; group < groups; group++, target += Tile)
        {
            for (int i = 0; i < Some; i++)
                target[i] = rounded[(i * stride) + group];
        }
    }
}
