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
        where TFormat : struct, SimdPairs<TSimd, TVector>.IFormat
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
            int i = 0, ahead = TFormat.Bytes * TSimd.Width / KeyValueHead.Block * 4;
            for (; i <= size - 4; i += 4, left += 2 * TFormat.Bytes, right += 2 * TFormat.Bytes, next += ahead)
            {
                for (int line = 0; line < ahead; line += CacheLine)
                    TSimd.Prefetch(next + line);
                TFormat.Load(left, out var first, out var second);
                TFormat.Load(right, out var third, out var fourth);
                TVector x = TSimd.Of(query[i]), y = TSimd.Of(query[i + 1]);
                a = TSimd.MultiplyAdd(x, first, a);
                e = TSimd.MultiplyAdd(x, third, e);
                b = TSimd.MultiplyAdd(y, second, b);
                f = TSimd.MultiplyAdd(y, fourth, f);
                TFormat.Load(left + TFormat.Bytes, out first, out second);
                TFormat.Load(right + TFormat.Bytes, out third, out fourth);
                (x, y) = (TSimd.Of(query[i + 2]), TSimd.Of(query[i + 3]));
                c = TSimd.MultiplyAdd(x, first, c);
                g = TSimd.MultiplyAdd(x, third, g);
                d = TSimd.MultiplyAdd(y, second, d);
                h = TSimd.MultiplyAdd(y, fourth, h);
            }

            for (; i < size; i += 2, left += TFormat.Bytes, right += TFormat.Bytes)
            {
                TFormat.Load(left, out var first, out var second);
                TFormat.Load(right, out var third, out var fourth);
                var x = TSimd.Of(query[i]);
                a = TSimd.MultiplyAdd(x, first, a);
                e = TSimd.MultiplyAdd(x, third, e);
                if (i + 1 == size)
                    break;
                x = TSimd.Of(query[i + 1]);
                a = TSimd.MultiplyAdd(x, second, a);
                e = TSimd.MultiplyAdd(x, fourth, e);
            }

            SimdMath<TSimd, TVector>.Store(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), scores, at, positions);
            if (both)
                SimdMath<TSimd, TVector>.Store(TSimd.Add(TSimd.Add(e, f), TSimd.Add(g, h)), scores, at + TSimd.Width, positions);
        }
    }

    /// <inheritdoc cref="IKernels.Mix"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix<TFormat>(in KeyValueHead head, int positions, float* weights, float* y)
        where TFormat : struct, SimdPairs<TSimd, TVector>.IFormat
    {
        int stride = head.Padded / KeyValueHead.Group * TFormat.Bytes;
        for (int lane = 0; lane < head.Padded / 2; lane += 2 * TSimd.Width)
        {
            // Two vectors of pairs: where there is one only, it is taken twice.
            int other = lane + TSimd.Width < head.Padded / 2 ? lane + TSimd.Width : lane;
            TVector a = TSimd.Of(0), b = a, c = a, d = a;
            byte* left = head.Values + Lane<TFormat>(lane), right = head.Values + Lane<TFormat>(other);
            for (int position = 0; position < positions; position++, left += stride, right += stride)
            {
                TSimd.Prefetch(left + Distance);
                TSimd.Prefetch(right + Distance);
                if (TFormat.Bytes > KeyValueHead.Group * sizeof(ushort))
                {
                    TSimd.Prefetch(left + Distance + CacheLine);
                    TSimd.Prefetch(right + Distance + CacheLine);
                }

                var weight = TSimd.Of(weights[position]);
                TFormat.Load(left, out var first, out var second);
                a = TSimd.MultiplyAdd(weight, first, a);
                b = TSimd.MultiplyAdd(weight, second, b);
                TFormat.Load(right, out first, out second);
                c = TSimd.MultiplyAdd(weight, first, c);
                d = TSimd.MultiplyAdd(weight, second, d);
            }

            Store(a, b, lane, y, head.Size);
            Store(c, d, other, y, head.Size);
        }
    }

    /// <summary>Adds up rows of float32 numbers, each times its weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mix(float* weights, int rows, float* values, int stride, int size, float* y)
    {
        int i = 0;
        for (; i <= size - (4 * TSimd.Width); i += 4 * TSimd.Width)
        {
            TVector a = TSimd.Of(0), b = a, c = a, d = a;
            float* value = values + i;
            for (int row = 0; row < rows; row++, value += stride)
            {
                var weight = TSimd.Of(weights[row]);
                a = TSimd.MultiplyAdd(weight, TSimd.Load(value), a);
                b = TSimd.MultiplyAdd(weight, TSimd.Load(value + TSimd.Width), b);
                c = TSimd.MultiplyAdd(weight, TSimd.Load(value + (2 * TSimd.Width)), c);
                d = TSimd.MultiplyAdd(weight, TSimd.Load(value + (3 * TSimd.Width)), d);
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
                sum = TSimd.MultiplyAdd(TSimd.Of(weights[row]), TSimd.Load(values + ((long)row * stride) + i), sum);
            TSimd.Store(sum, y + i);
        }

        for (; i < size; i++)
        {
            float sum = 0;
            for (int row = 0; row < rows; row++)
                sum = MathF.FusedMultiplyAdd(weights[row], values[((long)row * stride) + i], sum);
            y[i] = sum;
        }
    }

    /// <summary>Where the block's part lies that a vector of scores beginning at a position is made of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Keys<TFormat>(in KeyValueHead head, int position)
        where TFormat : struct, SimdPairs<TSimd, TVector>.IFormat
    {
        int lane = position % KeyValueHead.Block;
        return head.Keys + ((long)(position - lane) * (head.Padded / KeyValueHead.Group) * TFormat.Bytes) + (lane * sizeof(float));
    }

    /// <summary>Bytes before a row's pair.</summary>
    private static int Lane<TFormat>(int lane)
        where TFormat : struct, SimdPairs<TSimd, TVector>.IFormat =>
        (lane / KeyValueHead.Block * TFormat.Bytes) + (lane % KeyValueHead.Block * sizeof(float));

    /// <summary>Stores the numbers of a row's pairs.</summary>
    private static void Store(TVector first, TVector second, int lane, float* y, int size)
    {
        int number = (lane / KeyValueHead.Block * KeyValueHead.Group) + (lane % KeyValueHead.Block);
        if (number < size)
            SimdMath<TSimd, TVector>.Store(first, y, number, size);
        if (number + KeyValueHead.Block < size)
            SimdMath<TSimd, TVector>.Store(second, y, number + KeyValueHead.Block, size);
    }
}
