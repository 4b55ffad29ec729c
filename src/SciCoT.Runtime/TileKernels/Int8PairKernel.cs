using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.TileKernels;

/// <summary>
/// AVX2 for many rows. Winograd's rule makes one multiplication of two: <c>x₀w₀ + x₁w₁ = (x₀ + w₁)(x₁ + w₀) − x₀x₁ − w₀w₁</c>, where the
/// last two products are the row's alone and the output's alone.
/// </summary>
/// <remarks>Sums of two int8 numbers need 16 bits: rows are widened once for all tiles of a call, a tile's weights once for all rows.</remarks>
internal sealed unsafe class Int8PairKernel : ITileKernel
{
    /// <summary>From so many rows it pays to widen.</summary>
    private const int ManyRows = 12;

    private const int RowsAtATime = 4;

    /// <summary>Groups of inputs whose weights are widened at a time: they stay in the first-level cache.</summary>
    private const int Depth = 128;

    private const int Group = Int8Layout.Group;
    private const int Outputs = Int8Layout.TileOutputs;
    private const int CacheLine = 64;

    private readonly Int8Kernel<Int8Dots.Avx, Vector256<int>> _fewRows = new();

    public int Rows => ITileKernel.MostRows;

    public int Tiles => 1;

    public int WideBytes(int rows, int groups) => rows < ManyRows ? 0 : (ITileKernel.MostRows * sizeof(int)) + (Whole(rows) * groups * Group * sizeof(short));

    /// <summary>Rows' products of neighbours, <c>[row]</c>, and behind them the numbers, <c>[four rows, group, row, even and odd inputs, input]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Widen(in TileBlock block)
    {
        int groups = block.Groups, rows = block.Rows;
        var evenFirst = Vector256.Create(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, (byte)15);
        short* to = Numbers(block);
        for (int row = 0; row < rows; row += RowsAtATime)
        {
            int last = Math.Min(rows - row, RowsAtATime) - 1; // stands in for the missing
            byte* x0 = block.X + (row * block.Stride), x1 = x0 + (Math.Min(1, last) * block.Stride), x2 = x0 + (Math.Min(2, last) * block.Stride), x3 = x0 + (last * block.Stride);
            var sums = Vector256<int>.Zero;
            for (int group = 0; group < groups; group += Group, x0 += Vector128<byte>.Count, x1 += Vector128<byte>.Count, x2 += Vector128<byte>.Count, x3 += Vector128<byte>.Count)
            {
                // Rows are zero up to a cache line's end.
                Vector128<int> a = Vector128.Load(x0).AsInt32(), b = Vector128.Load(x1).AsInt32(), c = Vector128.Load(x2).AsInt32(), d = Vector128.Load(x3).AsInt32();
                Vector128<long> low = Sse2.UnpackLow(a, b).AsInt64(), lowRest = Sse2.UnpackLow(c, d).AsInt64(), high = Sse2.UnpackHigh(a, b).AsInt64(), highRest = Sse2.UnpackHigh(c, d).AsInt64();
                Put(Sse2.UnpackLow(low, lowRest), to, ref sums);
                if (group + 1 < groups)
                    Put(Sse2.UnpackHigh(low, lowRest), to + (Group * RowsAtATime), ref sums);
                if (group + 2 < groups)
                    Put(Sse2.UnpackLow(high, highRest), to + (2 * Group * RowsAtATime), ref sums);
                if (group + 3 < groups)
                    Put(Sse2.UnpackHigh(high, highRest), to + (3 * Group * RowsAtATime), ref sums);
                to += Math.Min(Group, groups - group) * Group * RowsAtATime;
            }

            for (int i = 0; i < RowsAtATime; i++)
                ((int*)block.Wide)[row + i] = sums[2 * i];
        }

        // Both halves of a row's eight bytes get its group's products of neighbours.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Put(Vector128<long> group, short* to, ref Vector256<int> sums)
        {
            var numbers = Avx2.Shuffle(Avx2.ConvertToVector256Int16(group.AsSByte()).AsByte(), evenFirst).AsInt16();
            numbers.Store(to);
            sums += Avx2.MultiplyAddAdjacent(numbers, Avx2.Shuffle(numbers.AsInt32(), 0b10_11_00_01).AsInt16());
        }
    }

    [SkipLocalsInit]
    public void Multiply(in TileBlock block)
    {
        if (block.Wide is null)
        {
            MultiplyFew(block);
            return;
        }

        int* sums = stackalloc int[(Rows * Outputs) + CacheLine];
        sums = (int*)(((nuint)sums + CacheLine - 1) / CacheLine * CacheLine);
        short* panel = stackalloc short[(Depth * Int8Layout.GroupBytes) + CacheLine];
        panel = (short*)(((nuint)panel + CacheLine - 1) / CacheLine * CacheLine);
        new Span<int>(sums, Whole(block.Rows) * Outputs).Clear();
        var (own, other) = (Vector256<int>.Zero, Vector256<int>.Zero);
        byte* ahead = block.Ahead, aheadEnd = block.Ahead + block.AheadBytes;
        long step = (block.AheadBytes * RowsAtATime / block.Rows / ((block.Groups + Depth - 1) / Depth)) + CacheLine;
        for (int group = 0; group < block.Groups; group += Depth)
        {
            int groups = Math.Min(Depth, block.Groups - group);
            Widen((sbyte*)block.Weights + ((long)group * Int8Layout.GroupBytes), groups, panel, ref own, ref other);
            short* x = Numbers(block) + ((long)group * Group * RowsAtATime);
            for (int row = 0; row < block.Rows; row += RowsAtATime, x += (long)block.Groups * Group * RowsAtATime)
            {
                for (byte* stop = ahead + step; ahead < stop && ahead < aheadEnd; ahead += CacheLine)
                    Sse.Prefetch0(ahead);
                Rows4(panel, groups, x, sums + (row * Outputs));
            }
        }

        Finish(block, sums, own, other);
    }

    private void MultiplyFew(in TileBlock block)
    {
        var part = block;
        for (int row = 0; row < block.Rows; row += part.Rows)
        {
            part.Rows = Math.Min(block.Rows - row, _fewRows.Rows);
            _fewRows.Multiply(part);
            part.X += part.Rows * part.Stride;
            part.Y += (long)(part.Rows / part.Parts) * part.YStride;
            part.AheadBytes = 0;
        }
    }

    /// <summary>Writes a tile's weights in 16 bits, <c>[group, odd and even inputs, output, input]</c>, and adds up the outputs' products of neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(sbyte* tile, int groups, short* panel, ref Vector256<int> own, ref Vector256<int> other)
    {
        var (sum0, sum1) = (own, other);
        for (sbyte* end = tile + ((long)groups * Int8Layout.GroupBytes); tile < end; tile += Int8Layout.GroupBytes, panel += Int8Layout.GroupBytes)
        {
            Vector256<short> w0 = Vector256.Load(tile).AsInt16(), w1 = Vector256.Load(tile + Vector256<sbyte>.Count).AsInt16();
            Vector256<short> even0 = (w0 << 8) >> 8, even1 = (w1 << 8) >> 8, odd0 = w0 >> 8, odd1 = w1 >> 8;
            odd0.Store(panel);
            odd1.Store(panel + Vector256<short>.Count);
            even0.Store(panel + (2 * Vector256<short>.Count));
            even1.Store(panel + (3 * Vector256<short>.Count));
            sum0 += Avx2.MultiplyAddAdjacent(even0, odd0);
            sum1 += Avx2.MultiplyAddAdjacent(even1, odd1);
        }

        (own, other) = (sum0, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(short* panel, int groups, short* x, int* sums)
    {
        int width = Vector256<int>.Count;
        Vector256<int> s00 = Vector256.Load(sums), s01 = Vector256.Load(sums + width), s10 = Vector256.Load(sums + (2 * width)), s11 = Vector256.Load(sums + (3 * width));
        Vector256<int> s20 = Vector256.Load(sums + (4 * width)), s21 = Vector256.Load(sums + (5 * width)), s30 = Vector256.Load(sums + (6 * width)), s31 = Vector256.Load(sums + (7 * width));
        for (short* end = panel + (groups * Int8Layout.GroupBytes); panel < end; panel += Int8Layout.GroupBytes, x += Group * RowsAtATime)
        {
            Vector256<short> odd0 = Vector256.Load(panel), odd1 = Vector256.Load(panel + Vector256<short>.Count);
            Vector256<short> even0 = Vector256.Load(panel + (2 * Vector256<short>.Count)), even1 = Vector256.Load(panel + (3 * Vector256<short>.Count));
            Vector256<short> even = Two(x), odd = Two(x + 2);
            s00 += Avx2.MultiplyAddAdjacent(even + odd0, odd + even0);
            s01 += Avx2.MultiplyAddAdjacent(even + odd1, odd + even1);
            even = Two(x + Group);
            odd = Two(x + Group + 2);
            s10 += Avx2.MultiplyAddAdjacent(even + odd0, odd + even0);
            s11 += Avx2.MultiplyAddAdjacent(even + odd1, odd + even1);
            even = Two(x + (2 * Group));
            odd = Two(x + (2 * Group) + 2);
            s20 += Avx2.MultiplyAddAdjacent(even + odd0, odd + even0);
            s21 += Avx2.MultiplyAddAdjacent(even + odd1, odd + even1);
            even = Two(x + (3 * Group));
            odd = Two(x + (3 * Group) + 2);
            s30 += Avx2.MultiplyAddAdjacent(even + odd0, odd + even0);
            s31 += Avx2.MultiplyAddAdjacent(even + odd1, odd + even1);
        }

        s00.Store(sums);
        s01.Store(sums + width);
        s10.Store(sums + (2 * width));
        s11.Store(sums + (3 * width));
        s20.Store(sums + (4 * width));
        s21.Store(sums + (5 * width));
        s30.Store(sums + (6 * width));
        s31.Store(sums + (7 * width));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<short> Two(short* x) => Vector256.Create(*(int*)x).AsInt16();
    }

    /// <summary>Takes from the sums what is the rows' or the outputs' alone, scales and stores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(in TileBlock block, int* sums, Vector256<int> own, Vector256<int> other)
    {
        int width = Vector256<int>.Count;
        Vector256<float> scale0 = Vector256.Load(block.Scales), scale1 = Vector256.Load(block.Scales + width);
        byte* end = block.X + block.Stride;
        float* y = block.Y;
        for (int row = 0; row < block.Rows; row++, end += block.Stride, sums += Outputs)
        {
            bool isSecond = block.Parts > 1 && row % 2 == 1;
            var rowsOwn = Vector256.Create(((int*)block.Wide)[row]);
            var scale = Vector256.Create(*(float*)(end + RoundedRow.ScaleFromEnd));
            var product0 = Vector256.ConvertToSingle(Vector256.Load(sums) - own - rowsOwn) * (scale0 * scale);
            var product1 = Vector256.ConvertToSingle(Vector256.Load(sums + width) - other - rowsOwn) * (scale1 * scale);
            if (block.Adds || isSecond)
            {
                product0 = Vector256.Load(y) + product0;
                product1 = Vector256.Load(y + width) + product1;
            }

            product0.Store(y);
            product1.Store(y + width);
            if (block.Parts == 1 || isSecond)
                y += block.YStride;
        }
    }

    private static short* Numbers(in TileBlock block) => (short*)(block.Wide + (ITileKernel.MostRows * sizeof(int)));

    private static int Whole(int rows) => (rows + RowsAtATime - 1) / RowsAtATime * RowsAtATime;
}
