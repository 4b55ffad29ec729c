using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.TileKernels;

/// <summary>
/// AVX2. It multiplies unsigned numbers by signed ones, so the sign of a weight goes over to the input. Its sums of two products have 16 bits,
/// in which those of two groups are added up before they are widened: <see cref="Int8Room"/>.
/// </summary>
/// <remarks>Most rows are taken eight at a time with one vector of a tile's outputs, which is what the sixteen registers hold.</remarks>
internal sealed unsafe class Int8AvxKernel : ITileKernel
{
    private const int CacheLine = 64;

    private const int Outputs = Int8Layout.TileOutputs;

    private const int Group = Int8Layout.Group;

    /// <summary>From one vector of a tile's outputs to the other.</summary>
    private const int HalfGroup = Int8Layout.GroupBytes / 2;

    private const int TwoGroups = 2 * Int8Layout.GroupBytes;

    private const int MostTogether = 8;

    public int Rows => 4 * MostTogether;

    public int Tiles => 1;

    [SkipLocalsInit]
    public void Multiply(in TileBlock block)
    {
        int* sums = stackalloc int[MostTogether * Outputs];
        var tile = (sbyte*)block.Weights;
        byte* x = block.X, ahead = block.Ahead;
        float* y = block.Y;
        for (int row = 0, rows; row < block.Rows; row += rows)
        {
            rows = (block.Rows - row) switch { >= 8 => 8, >= 4 => 4, >= 2 => 2, _ => 1 };
            for (byte* stop = block.Ahead + (block.AheadBytes * (row + rows) / block.Rows); ahead < stop; ahead += CacheLine)
                Sse.Prefetch0(ahead);
            switch (rows)
            {
                case 8:
                    Rows8(tile, block.Groups, (sbyte*)x, block.Stride, sums);
                    Rows8(tile + HalfGroup, block.Groups, (sbyte*)x, block.Stride, sums + Vector256<int>.Count);
                    break;
                case 4:
                    Rows4(tile, block.Groups, (sbyte*)x, block.Stride, sums);
                    Rows4(tile + HalfGroup, block.Groups, (sbyte*)x, block.Stride, sums + Vector256<int>.Count);
                    break;
                case 2:
                    Rows2(tile, block.Groups, (sbyte*)x, block.Stride, sums);
                    break;
                default:
                    Rows1(tile, block.Groups, (sbyte*)x, sums);
                    break;
            }

            for (int i = 0; i < rows; i++)
            {
                bool isSecond = block.Parts > 1 && i % 2 == 1;
                x += block.Stride;
                Finish(sums + (i * Outputs), *(float*)(x + RoundedRow.ScaleFromEnd), block.Scales, y, block.Adds || isSecond);
                if (block.Parts == 1 || isSecond)
                    y += block.YStride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows8(sbyte* tile, int groups, sbyte* x, long stride, int* sums)
    {
        Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        long stride3 = 3 * stride;
        sbyte* next = x + (4 * stride);
        for (sbyte* end = tile + (groups / 2 * (long)TwoGroups); tile < end; tile += TwoGroups, x += 2 * Group, next += 2 * Group)
        {
            Vector256<sbyte> a = Vector256.Load(tile), b = Vector256.Load(tile + Int8Layout.GroupBytes);
            Vector256<byte> ofA = Avx2.Abs(a), ofB = Avx2.Abs(b);
            s0 += Widened(Pairs(a, ofA, x) + Pairs(b, ofB, x + Group));
            s1 += Widened(Pairs(a, ofA, x + stride) + Pairs(b, ofB, x + stride + Group));
            s2 += Widened(Pairs(a, ofA, x + (2 * stride)) + Pairs(b, ofB, x + (2 * stride) + Group));
            s3 += Widened(Pairs(a, ofA, x + stride3) + Pairs(b, ofB, x + stride3 + Group));
            s4 += Widened(Pairs(a, ofA, next) + Pairs(b, ofB, next + Group));
            s5 += Widened(Pairs(a, ofA, next + stride) + Pairs(b, ofB, next + stride + Group));
            s6 += Widened(Pairs(a, ofA, next + (2 * stride)) + Pairs(b, ofB, next + (2 * stride) + Group));
            s7 += Widened(Pairs(a, ofA, next + stride3) + Pairs(b, ofB, next + stride3 + Group));
        }

        if (groups % 2 == 1)
        {
            var a = Vector256.Load(tile);
            var ofA = Avx2.Abs(a);
            s0 += Widened(Pairs(a, ofA, x));
            s1 += Widened(Pairs(a, ofA, x + stride));
            s2 += Widened(Pairs(a, ofA, x + (2 * stride)));
            s3 += Widened(Pairs(a, ofA, x + stride3));
            s4 += Widened(Pairs(a, ofA, next));
            s5 += Widened(Pairs(a, ofA, next + stride));
            s6 += Widened(Pairs(a, ofA, next + (2 * stride)));
            s7 += Widened(Pairs(a, ofA, next + stride3));
        }

        s0.Store(sums);
        s1.Store(sums + Outputs);
        s2.Store(sums + (2 * Outputs));
        s3.Store(sums + (3 * Outputs));
        s4.Store(sums + (4 * Outputs));
        s5.Store(sums + (5 * Outputs));
        s6.Store(sums + (6 * Outputs));
        s7.Store(sums + (7 * Outputs));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4(sbyte* tile, int groups, sbyte* x, long stride, int* sums)
    {
        Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default;
        long stride3 = 3 * stride;
        for (sbyte* end = tile + (groups / 2 * (long)TwoGroups); tile < end; tile += TwoGroups, x += 2 * Group)
        {
            Vector256<sbyte> a = Vector256.Load(tile), b = Vector256.Load(tile + Int8Layout.GroupBytes);
            Vector256<byte> ofA = Avx2.Abs(a), ofB = Avx2.Abs(b);
            s0 += Widened(Pairs(a, ofA, x) + Pairs(b, ofB, x + Group));
            s1 += Widened(Pairs(a, ofA, x + stride) + Pairs(b, ofB, x + stride + Group));
            s2 += Widened(Pairs(a, ofA, x + (2 * stride)) + Pairs(b, ofB, x + (2 * stride) + Group));
            s3 += Widened(Pairs(a, ofA, x + stride3) + Pairs(b, ofB, x + stride3 + Group));
        }

        if (groups % 2 == 1)
        {
            var a = Vector256.Load(tile);
            var ofA = Avx2.Abs(a);
            s0 += Widened(Pairs(a, ofA, x));
            s1 += Widened(Pairs(a, ofA, x + stride));
            s2 += Widened(Pairs(a, ofA, x + (2 * stride)));
            s3 += Widened(Pairs(a, ofA, x + stride3));
        }

        s0.Store(sums);
        s1.Store(sums + Outputs);
        s2.Store(sums + (2 * Outputs));
        s3.Store(sums + (3 * Outputs));
    }

    /// <summary>Two rows and both vectors of outputs: few rows wait for memory, which is read in its order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2(sbyte* tile, int groups, sbyte* x, long stride, int* sums)
    {
        sbyte* other = x + stride;
        Vector256<int> s00 = default, s01 = default, s10 = default, s11 = default;
        for (sbyte* end = tile + (groups / 2 * (long)TwoGroups); tile < end; tile += TwoGroups, x += 2 * Group, other += 2 * Group)
        {
            Vector256<sbyte> a = Vector256.Load(tile), b = Vector256.Load(tile + Int8Layout.GroupBytes);
            Vector256<byte> ofA = Avx2.Abs(a), ofB = Avx2.Abs(b);
            s00 += Widened(Pairs(a, ofA, x) + Pairs(b, ofB, x + Group));
            s10 += Widened(Pairs(a, ofA, other) + Pairs(b, ofB, other + Group));
            (a, b) = (Vector256.Load(tile + HalfGroup), Vector256.Load(tile + Int8Layout.GroupBytes + HalfGroup));
            (ofA, ofB) = (Avx2.Abs(a), Avx2.Abs(b));
            s01 += Widened(Pairs(a, ofA, x) + Pairs(b, ofB, x + Group));
            s11 += Widened(Pairs(a, ofA, other) + Pairs(b, ofB, other + Group));
        }

        if (groups % 2 == 1)
        {
            Vector256<sbyte> a = Vector256.Load(tile), b = Vector256.Load(tile + HalfGroup);
            Vector256<byte> ofA = Avx2.Abs(a), ofB = Avx2.Abs(b);
            s00 += Widened(Pairs(a, ofA, x));
            s10 += Widened(Pairs(a, ofA, other));
            s01 += Widened(Pairs(b, ofB, x));
            s11 += Widened(Pairs(b, ofB, other));
        }

        s00.Store(sums);
        s01.Store(sums + Vector256<int>.Count);
        s10.Store(sums + Outputs);
        s11.Store(sums + Outputs + Vector256<int>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1(sbyte* tile, int groups, sbyte* x, int* sums)
    {
        Vector256<int> s0 = default, s1 = default;
        for (sbyte* end = tile + (groups / 2 * (long)TwoGroups); tile < end; tile += TwoGroups, x += 2 * Group)
        {
            Vector256<sbyte> a = Vector256.Load(tile), b = Vector256.Load(tile + Int8Layout.GroupBytes);
            s0 += Widened(Pairs(a, Avx2.Abs(a), x) + Pairs(b, Avx2.Abs(b), x + Group));
            (a, b) = (Vector256.Load(tile + HalfGroup), Vector256.Load(tile + Int8Layout.GroupBytes + HalfGroup));
            s1 += Widened(Pairs(a, Avx2.Abs(a), x) + Pairs(b, Avx2.Abs(b), x + Group));
        }

        if (groups % 2 == 1)
        {
            Vector256<sbyte> a = Vector256.Load(tile), b = Vector256.Load(tile + HalfGroup);
            s0 += Widened(Pairs(a, Avx2.Abs(a), x));
            s1 += Widened(Pairs(b, Avx2.Abs(b), x));
        }

        s0.Store(sums);
        s1.Store(sums + Vector256<int>.Count);
    }

    /// <summary>Sums of two products of neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pairs(Vector256<sbyte> weights, Vector256<byte> magnitudes, sbyte* x) =>
        Avx2.MultiplyAddAdjacent(magnitudes, Avx2.Sign(Vector256.Create(*(int*)x).AsSByte(), weights));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widened(Vector256<short> pairs) => Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One);

    /// <summary>Scales sums and stores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(int* sums, float scale, float* scales, float* y, bool add)
    {
        for (int i = 0; i < Outputs; i += Vector256<float>.Count)
        {
            var product = Vector256.ConvertToSingle(Vector256.Load(sums + i)) * (Vector256.Load(scales + i) * scale);
            (add ? Vector256.Load(y + i) + product : product).Store(y + i);
        }
    }
}
