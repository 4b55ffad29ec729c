using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>What one query takes from the keys and values of a head.</summary>
/// <remarks>Every sum is added up in the same order whatever the number of positions.</remarks>
internal static unsafe class SimdAttention<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    private const int CacheLine = 64;

    /// <summary>How far ahead values are asked for, in bytes.</summary>
    private const int Distance = 4096;

    /// <inheritdoc cref="IKernels.Score"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Score<TFormat>(in KeyValueHead head, int positions, float* query, float* scores)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int size = head.Size;
        for (int at = 0; at < positions; at += 2 * TSimd.Width)
        {
            // Four chains for each of two vectors: one product need not wait for the one before.
            bool both = at + TSimd.Width < positions;
            byte* left = Keys<TFormat>(head, at), right = both ? Keys<TFormat>(head, at + TSimd.Width) : left;

            // Meanwhile the next keys come from memory, and with the last ones the first values: the processor itself does not look beyond a page.
            byte* next = at + (2 * TSimd.Width) < positions ? Keys<TFormat>(head, at + (2 * TSimd.Width)) : head.Values;
            TVector a = TSimd.Of(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
            int i = 0;
            for (; i <= size - 4; i += 4, next += 8 * TSimd.Width * TFormat.Bytes)
            {
                for (int line = 0; line < 8 * TSimd.Width * TFormat.Bytes; line += CacheLine)
                    TSimd.Prefetch(next + line);
                var x = TSimd.Of(query[i]);
                a = TSimd.MultiplyAdd(x, TFormat.Load(left, i * KeyValueHead.Block), a);
                e = TSimd.MultiplyAdd(x, TFormat.Load(right, i * KeyValueHead.Block), e);
                x = TSimd.Of(query[i + 1]);
                b = TSimd.MultiplyAdd(x, TFormat.Load(left, (i + 1) * KeyValueHead.Block), b);
                f = TSimd.MultiplyAdd(x, TFormat.Load(right, (i + 1) * KeyValueHead.Block), f);
                x = TSimd.Of(query[i + 2]);
                c = TSimd.MultiplyAdd(x, TFormat.Load(left, (i + 2) * KeyValueHead.Block), c);
                g = TSimd.MultiplyAdd(x, TFormat.Load(right, (i + 2) * KeyValueHead.Block), g);
                x = TSimd.Of(query[i + 3]);
                d = TSimd.MultiplyAdd(x, TFormat.Load(left, (i + 3) * KeyValueHead.Block), d);
                h = TSimd.MultiplyAdd(x, TFormat.Load(right, (i + 3) * KeyValueHead.Block), h);
            }

            for (; i < size; i++)
            {
                var x = TSimd.Of(query[i]);
                a = TSimd.MultiplyAdd(x, TFormat.Load(left, i * KeyValueHead.Block), a);
                e = TSimd.MultiplyAdd(x, TFormat.Load(right, i * KeyValueHead.Block), e);
            }

            SimdMath<TSimd, TVector>.Store(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), scores, at, positions);
            if (both)
                SimdMath<TSimd, TVector>.Store(TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h)), scores, at + TSimd.Width, positions);
        }
    }

    /// <inheritdoc cref="IKernels.Mix"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix<TFormat>(float* weights, int rows, void* values, int stride, int size, float* y)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int i = 0;
        for (; i <= size - (4 * TSimd.Width); i += 4 * TSimd.Width)
        {
            TVector a = TSimd.Of(0), b = a, c = a, d = a;
            byte* value = (byte*)values + ((long)i * TFormat.Bytes);
            for (int row = 0; row < rows; row++, value += (long)stride * TFormat.Bytes)
            {
                for (int line = 0; line < 4 * TSimd.Width * TFormat.Bytes; line += CacheLine)
                    TSimd.Prefetch(value + Distance + line);
                var weight = TSimd.Of(weights[row]);
                a = TSimd.MultiplyAdd(weight, TFormat.Load(value, 0), a);
                b = TSimd.MultiplyAdd(weight, TFormat.Load(value, TSimd.Width), b);
                c = TSimd.MultiplyAdd(weight, TFormat.Load(value, 2 * TSimd.Width), c);
                d = TSimd.MultiplyAdd(weight, TFormat.Load(value, 3 * TSimd.Width), d);
            }

            TSimd.Store(a, y + i);
            TSimd.Store(b, y + i + TSimd.Width);
            TSimd.Store(c, y + i + (2 * TSimd.Width));
            TSimd.Store(d, y + i + (3 * TSimd.Width));
        }

        for (; i <= size - TSimd.Width; i += TSimd.Width)
        {
            var sum = TSimd.Of(0);
            for (int row = 0; row < rows; row++)
                sum = TSimd.MultiplyAdd(TSimd.Of(weights[row]), TFormat.Load((byte*)values + ((long)row * stride * TFormat.Bytes), i), sum);
            TSimd.Store(sum, y + i);
        }

        for (; i < size; i++)
        {
            float sum = 0;
            for (int row = 0; row < rows; row++)
                sum = MathF.FusedMultiplyAdd(weights[row], TFormat.At((byte*)values + ((long)row * stride * TFormat.Bytes), i), sum);
            y[i] = sum;
        }
    }

    /// <summary>Where the block's part lies that a vector of scores beginning at a position is made of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Keys<TFormat>(in KeyValueHead head, int position)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int lane = position % KeyValueHead.Block;
        return head.Keys + ((((long)(position - lane) * head.Size) + lane) * TFormat.Bytes);
    }
}
