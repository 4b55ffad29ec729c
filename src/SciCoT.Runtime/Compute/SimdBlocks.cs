using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>The innermost part of products: four, two or one rows times four outputs of a matrix at a time.</summary>
/// <remarks>Every sum is added up in the same order whatever block it is computed in.</remarks>
internal static unsafe class SimdBlocks<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>How far ahead of a single row's reading weights are asked for, in bytes.</summary>
    private const int Distance = 8192;

    private const int CacheLine = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4<TFormat>(void* weights, int stride, int outputs, int inputs, float* x, int xStride, float* y, int yStride, bool add)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int whole = inputs - (inputs % TSimd.Width);
        float* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        for (int output = 0; output < outputs; output += 4)
        {
            int count = Math.Min(4, outputs - output);
            byte* w0 = (byte*)weights + ((long)output * stride * TFormat.Bytes);

            // Where fewer than four outputs are left, the last one stands in for the missing.
            byte* w1 = count > 1 ? w0 + ((long)stride * TFormat.Bytes) : w0;
            byte* w2 = count > 2 ? w1 + ((long)stride * TFormat.Bytes) : w1;
            byte* w3 = count > 3 ? w2 + ((long)stride * TFormat.Bytes) : w2;
            TVector s00 = TSimd.Of(0), s01 = s00, s02 = s00, s03 = s00;
            TVector s10 = s00, s11 = s00, s12 = s00, s13 = s00;
            TVector s20 = s00, s21 = s00, s22 = s00, s23 = s00;
            TVector s30 = s00, s31 = s00, s32 = s00, s33 = s00;
            for (int i = 0; i < whole; i += TSimd.Width)
            {
                TVector a = TFormat.Load(w0, i), b = TFormat.Load(w1, i), c = TFormat.Load(w2, i), d = TFormat.Load(w3, i);
                var value = TSimd.Load(x + i);
                s00 = TSimd.MultiplyAdd(value, a, s00);
                s01 = TSimd.MultiplyAdd(value, b, s01);
                s02 = TSimd.MultiplyAdd(value, c, s02);
                s03 = TSimd.MultiplyAdd(value, d, s03);
                value = TSimd.Load(x1 + i);
                s10 = TSimd.MultiplyAdd(value, a, s10);
                s11 = TSimd.MultiplyAdd(value, b, s11);
                s12 = TSimd.MultiplyAdd(value, c, s12);
                s13 = TSimd.MultiplyAdd(value, d, s13);
                value = TSimd.Load(x2 + i);
                s20 = TSimd.MultiplyAdd(value, a, s20);
                s21 = TSimd.MultiplyAdd(value, b, s21);
                s22 = TSimd.MultiplyAdd(value, c, s22);
                s23 = TSimd.MultiplyAdd(value, d, s23);
                value = TSimd.Load(x3 + i);
                s30 = TSimd.MultiplyAdd(value, a, s30);
                s31 = TSimd.MultiplyAdd(value, b, s31);
                s32 = TSimd.MultiplyAdd(value, c, s32);
                s33 = TSimd.MultiplyAdd(value, d, s33);
            }

            var sums = TSimd.Sums(s00, s01, s02, s03);
            Finish<TFormat>(sums, w0, w1, w2, w3, x, whole, inputs, output, count, y, add);
            Finish<TFormat>(TSimd.Sums(s10, s11, s12, s13), w0, w1, w2, w3, x1, whole, inputs, output, count, y + yStride, add);
            Finish<TFormat>(TSimd.Sums(s20, s21, s22, s23), w0, w1, w2, w3, x2, whole, inputs, output, count, y + (2 * (long)yStride), add);
            Finish<TFormat>(TSimd.Sums(s30, s31, s32, s33), w0, w1, w2, w3, x3, whole, inputs, output, count, y + (3 * (long)yStride), add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2<TFormat>(void* weights, int stride, int outputs, int inputs, float* x, int xStride, float* y, int yStride, bool add)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int whole = inputs - (inputs % TSimd.Width);
        float* x1 = x + xStride;
        for (int output = 0; output < outputs; output += 4)
        {
            int count = Math.Min(4, outputs - output);
            byte* w0 = (byte*)weights + ((long)output * stride * TFormat.Bytes);
            byte* w1 = count > 1 ? w0 + ((long)stride * TFormat.Bytes) : w0;
            byte* w2 = count > 2 ? w1 + ((long)stride * TFormat.Bytes) : w1;
            byte* w3 = count > 3 ? w2 + ((long)stride * TFormat.Bytes) : w2;
            TVector s00 = TSimd.Of(0), s01 = s00, s02 = s00, s03 = s00;
            TVector s10 = s00, s11 = s00, s12 = s00, s13 = s00;
            for (int i = 0; i < whole; i += TSimd.Width)
            {
                TVector first = TSimd.Load(x + i), second = TSimd.Load(x1 + i);
                var weight = TFormat.Load(w0, i);
                s00 = TSimd.MultiplyAdd(first, weight, s00);
                s10 = TSimd.MultiplyAdd(second, weight, s10);
                weight = TFormat.Load(w1, i);
                s01 = TSimd.MultiplyAdd(first, weight, s01);
                s11 = TSimd.MultiplyAdd(second, weight, s11);
                weight = TFormat.Load(w2, i);
                s02 = TSimd.MultiplyAdd(first, weight, s02);
                s12 = TSimd.MultiplyAdd(second, weight, s12);
                weight = TFormat.Load(w3, i);
                s03 = TSimd.MultiplyAdd(first, weight, s03);
                s13 = TSimd.MultiplyAdd(second, weight, s13);
            }

            Finish<TFormat>(TSimd.Sums(s00, s01, s02, s03), w0, w1, w2, w3, x, whole, inputs, output, count, y, add);
            Finish<TFormat>(TSimd.Sums(s10, s11, s12, s13), w0, w1, w2, w3, x1, whole, inputs, output, count, y + yStride, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows1<TFormat>(void* weights, int stride, int outputs, int inputs, float* x, float* y, bool add)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int whole = inputs - (inputs % TSimd.Width);
        for (int output = 0; output < outputs; output += 4)
        {
            int count = Math.Min(4, outputs - output);
            byte* w0 = (byte*)weights + ((long)output * stride * TFormat.Bytes);
            byte* w1 = count > 1 ? w0 + ((long)stride * TFormat.Bytes) : w0;
            byte* w2 = count > 2 ? w1 + ((long)stride * TFormat.Bytes) : w1;
            byte* w3 = count > 3 ? w2 + ((long)stride * TFormat.Bytes) : w2;
            TVector s0 = TSimd.Of(0), s1 = s0, s2 = s0, s3 = s0;
            for (int i = 0; i < whole; i += TSimd.Width)
            {
                // With one row nothing hides the memory's latency. Float32 is read fast enough without.
                if (TFormat.Bytes < sizeof(float))
                {
                    byte* soon = w0 + Distance + (4 * i * TFormat.Bytes);
                    TSimd.Prefetch(soon);
                    if (TFormat.Bytes > 1)
                        TSimd.Prefetch(soon + CacheLine);
                }

                var value = TSimd.Load(x + i);
                s0 = TSimd.MultiplyAdd(value, TFormat.Load(w0, i), s0);
                s1 = TSimd.MultiplyAdd(value, TFormat.Load(w1, i), s1);
                s2 = TSimd.MultiplyAdd(value, TFormat.Load(w2, i), s2);
                s3 = TSimd.MultiplyAdd(value, TFormat.Load(w3, i), s3);
            }

            Finish<TFormat>(TSimd.Sums(s0, s1, s2, s3), w0, w1, w2, w3, x, whole, inputs, output, count, y, add);
        }
    }

    /// <summary>Adds the inputs that fill no vector to the sums of up to four outputs and stores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TFormat>(Vector128<float> sums, byte* w0, byte* w1, byte* w2, byte* w3, float* x, int whole, int inputs, int output, int count, float* y, bool add)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        for (int i = whole; i < inputs; i++)
            sums += Vector128.Create(TFormat.At(w0, i), TFormat.At(w1, i), TFormat.At(w2, i), TFormat.At(w3, i)) * x[i];

        y += output;
        if (count == 4)
        {
            Vector128.Store(add ? sums + Vector128.Load(y) : sums, y);
            return;
        }

        for (int i = 0; i < count; i++)
            y[i] = add ? sums[i] + y[i] : sums[i];
    }
}
