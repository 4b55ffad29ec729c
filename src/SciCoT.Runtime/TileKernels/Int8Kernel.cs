using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.TileKernels;

/// <summary>Products of four, two or one rows with two vectors of a tile's outputs at a time.</summary>
internal sealed unsafe class Int8Kernel<TDot, TVector> : ITileKernel
    where TDot : IInt8Dot<TVector>
    where TVector : struct
{
    private const int CacheLine = 64;

    public int Rows => 4;

    public int Tiles => 1;

    public void Multiply(in TileBlock block)
    {
        for (long i = 0; i < block.AheadBytes; i += CacheLine)
            Prefetch(block.Ahead + i);
        int* sums = stackalloc int[4 * Int8Layout.TileOutputs];
        Multiply((sbyte*)block.Weights, block.Groups, (sbyte*)block.X, block.Stride, block.Rows, sums);
        float* y = block.Y;
        for (int row = 1; row <= block.Rows; row++, sums += Int8Layout.TileOutputs)
        {
            bool isSecond = block.Parts > 1 && row % 2 == 0;
            Finish(sums, *(float*)(block.X + (row * block.Stride) + RoundedRow.ScaleFromEnd), block.Scales, y, block.Adds || isSecond);
            if (block.Parts == 1 || isSecond)
                y += block.YStride;
        }
    }

    private static void Multiply(sbyte* tile, int groups, sbyte* x, long stride, int rows, int* sums)
    {
        for (int output = 0; output < Int8Layout.TileOutputs; output += 2 * TDot.Width)
        {
            sbyte* weights = tile + (output * Int8Layout.Group);
            int row = 0;
            for (; row <= rows - 4; row += 4)
                Rows4(weights, groups, x + (row * stride), stride, sums + (row * Int8Layout.TileOutputs) + output);
            for (; row <= rows - 2; row += 2)
                Rows2(weights, groups, x + (row * stride), stride, sums + (row * Int8Layout.TileOutputs) + output);
            if (row < rows)
                Rows1(weights, groups, x + (row * stride), sums + (row * Int8Layout.TileOutputs) + output);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(sbyte* tile, int groups, sbyte* x, long stride, int* sums)
    {
        sbyte* x1 = x + stride, x2 = x1 + stride, x3 = x2 + stride;
        TVector s00 = default, s01 = default;
        TVector s10 = default, s11 = default;
        TVector s20 = default, s21 = default;
        TVector s30 = default, s31 = default;
        for (int group = 0; group < groups; group++, tile += Int8Layout.GroupBytes, x += Int8Layout.Group, x1 += Int8Layout.Group, x2 += Int8Layout.Group, x3 += Int8Layout.Group)
        {
            TVector w0 = TDot.Load(tile), w1 = TDot.Load(tile + (Int8Layout.Group * TDot.Width));
            TVector p0 = TDot.Prepare(w0), p1 = TDot.Prepare(w1);
            var value = TDot.Repeat(x);
            s00 = TDot.Add(s00, w0, p0, value);
            s01 = TDot.Add(s01, w1, p1, value);
            value = TDot.Repeat(x1);
            s10 = TDot.Add(s10, w0, p0, value);
            s11 = TDot.Add(s11, w1, p1, value);
            value = TDot.Repeat(x2);
            s20 = TDot.Add(s20, w0, p0, value);
            s21 = TDot.Add(s21, w1, p1, value);
            value = TDot.Repeat(x3);
            s30 = TDot.Add(s30, w0, p0, value);
            s31 = TDot.Add(s31, w1, p1, value);
        }

        TDot.Store(s00, sums);
        TDot.Store(s01, sums + TDot.Width);
        TDot.Store(s10, sums + Int8Layout.TileOutputs);
        TDot.Store(s11, sums + Int8Layout.TileOutputs + TDot.Width);
        TDot.Store(s20, sums + (2 * Int8Layout.TileOutputs));
        TDot.Store(s21, sums + (2 * Int8Layout.TileOutputs) + TDot.Width);
        TDot.Store(s30, sums + (3 * Int8Layout.TileOutputs));
        TDot.Store(s31, sums + (3 * Int8Layout.TileOutputs) + TDot.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(sbyte* tile, int groups, sbyte* x, long stride, int* sums)
    {
        sbyte* x1 = x + stride;
        TVector s00 = default, s01 = default;
        TVector s10 = default, s11 = default;
        for (int group = 0; group < groups; group++, tile += Int8Layout.GroupBytes, x += Int8Layout.Group, x1 += Int8Layout.Group)
        {
            TVector w0 = TDot.Load(tile), w1 = TDot.Load(tile + (Int8Layout.Group * TDot.Width));
            TVector p0 = TDot.Prepare(w0), p1 = TDot.Prepare(w1);
            var value = TDot.Repeat(x);
            s00 = TDot.Add(s00, w0, p0, value);
            s01 = TDot.Add(s01, w1, p1, value);
            value = TDot.Repeat(x1);
            s10 = TDot.Add(s10, w0, p0, value);
            s11 = TDot.Add(s11, w1, p1, value);
        }

        TDot.Store(s00, sums);
        TDot.Store(s01, sums + TDot.Width);
        TDot.Store(s10, sums + Int8Layout.TileOutputs);
        TDot.Store(s11, sums + Int8Layout.TileOutputs + TDot.Width);
    }

    /// <summary>One row; two groups at a time, as one sum would wait for the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(sbyte* tile, int groups, sbyte* x, int* sums)
    {
        TVector s0 = default, s1 = default, t0 = default, t1 = default;
        int group = 0;
        for (; group <= groups - 2; group += 2, tile += 2 * Int8Layout.GroupBytes, x += 2 * Int8Layout.Group)
        {
            TVector w0 = TDot.Load(tile), w1 = TDot.Load(tile + (Int8Layout.Group * TDot.Width));
            var value = TDot.Repeat(x);
            s0 = TDot.Add(s0, w0, TDot.Prepare(w0), value);
            s1 = TDot.Add(s1, w1, TDot.Prepare(w1), value);
            w0 = TDot.Load(tile + Int8Layout.GroupBytes);
            w1 = TDot.Load(tile + Int8Layout.GroupBytes + (Int8Layout.Group * TDot.Width));
            value = TDot.Repeat(x + Int8Layout.Group);
            t0 = TDot.Add(t0, w0, TDot.Prepare(w0), value);
            t1 = TDot.Add(t1, w1, TDot.Prepare(w1), value);
        }

        if (group < groups)
        {
            TVector w0 = TDot.Load(tile), w1 = TDot.Load(tile + (Int8Layout.Group * TDot.Width));
            var value = TDot.Repeat(x);
            s0 = TDot.Add(s0, w0, TDot.Prepare(w0), value);
            s1 = TDot.Add(s1, w1, TDot.Prepare(w1), value);
        }

        TDot.Store(TDot.Sum(s0, t0), sums);
        TDot.Store(TDot.Sum(s1, t1), sums + TDot.Width);
    }

    /// <summary>Scales sums and stores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(int* sums, float scale, float* scales, float* y, bool add)
    {
        for (int i = 0; i < Int8Layout.TileOutputs; i += Vector128<float>.Count)
        {
            var product = Vector128.ConvertToSingle(Vector128.Load(sums + i)) * (Vector128.Load(scales + i) * scale);
            (add ? Vector128.Load(y + i) + product : product).Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
