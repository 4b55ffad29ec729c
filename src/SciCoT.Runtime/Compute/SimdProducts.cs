using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>Products with a matrix of float32 or bfloat16, panel by panel.</summary>
/// <remarks>
/// A product is a sum along a row of the matrix as it lies in a checkpoint, so that weights are used where they are,
/// without being packed first.
/// </remarks>
internal static unsafe class SimdProducts<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>A part of a matrix that stays in the first-level cache while rows pass over it, in numbers.</summary>
    public const int Panel = 4096;

    /// <summary>From so many rows it pays to widen weights once for all of them.</summary>
    private const int ManyRows = 5;

    /// <summary>From so many rows it pays to copy weights to where no vector crosses a cache line: a mapped file aligns them to 8 bytes.</summary>
    private const int ManyRowsToAlign = 16;

    private const int CacheLine = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TFormat>(in Matrix matrix, int from, int to, in InputRows x, float* y, int yStride, bool add, float* scratch)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int inputs = matrix.Inputs, rows = x.Count;
        int panel = Math.Max(4, Panel / inputs / 4 * 4);
        bool copies = typeof(TFormat) == typeof(SimdFormats<TSimd, TVector>.Float32)
            ? rows >= ManyRowsToAlign && ((nuint)matrix.Data % CacheLine != 0 || matrix.Stride * sizeof(float) % CacheLine != 0)
            : rows >= ManyRows;
        for (int first = from; first < to; first += panel)
        {
            int outputs = Math.Min(panel, to - first);

            // While rows pass over this panel, the next one comes from memory.
            byte* next = (byte*)Row<TFormat>(matrix, first + outputs);
            long ahead = (long)Math.Min(panel, to - first - outputs) * matrix.Stride * TFormat.Bytes;
            if (copies)
            {
                for (int output = 0; output < outputs; output++)
                    Widen<TFormat>(Row<TFormat>(matrix, first + output), inputs, scratch + (output * inputs));
                MultiplyPanel<SimdFormats<TSimd, TVector>.Float32>(scratch, inputs, outputs, inputs, x.Data, x.Stride, rows, y + first, yStride, add, next, ahead);
            }
            else
            {
                MultiplyPanel<TFormat>(Row<TFormat>(matrix, first), matrix.Stride, outputs, inputs, x.Data, x.Stride, rows, y + first, yStride, add, next, ahead);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Row<TFormat>(in Matrix matrix, int output)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat =>
        (byte*)matrix.Data + ((long)output * matrix.Stride * TFormat.Bytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen<TFormat>(void* row, int inputs, float* target)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int i = 0;
        for (; i <= inputs - TSimd.Width; i += TSimd.Width)
            TSimd.Store(TFormat.Load(row, i), target + i);
        for (; i < inputs; i++)
            target[i] = TFormat.At(row, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPanel<TFormat>(void* weights, int stride, int outputs, int inputs, float* x, int xStride, int rows, float* y, int yStride, bool add, byte* next, long ahead)
        where TFormat : struct, SimdFormats<TSimd, TVector>.IFormat
    {
        int row = 0, block = TSimd.HasManyRegisters ? 4 : 2;
        long each = ((ahead / CacheLine / Math.Max(1, rows / block)) + 1) * CacheLine;
        byte* end = next + ahead;
        for (; row <= rows - block; row += block)
        {
            for (byte* stop = next + each; next < stop && next < end; next += CacheLine)
                TSimd.Prefetch(next);
            if (TSimd.HasManyRegisters)
                SimdBlocks<TSimd, TVector>.Rows4<TFormat>(weights, stride, outputs, inputs, x + ((long)row * xStride), xStride, y + ((long)row * yStride), yStride, add);
            else
                SimdBlocks<TSimd, TVector>.Rows2<TFormat>(weights, stride, outputs, inputs, x + ((long)row * xStride), xStride, y + ((long)row * yStride), yStride, add);
        }

        for (; row <= rows - 2; row += 2)
            SimdBlocks<TSimd, TVector>.Rows2<TFormat>(weights, stride, outputs, inputs, x + ((long)row * xStride), xStride, y + ((long)row * yStride), yStride, add);
        if (row < rows)
            SimdBlocks<TSimd, TVector>.Rows1<TFormat>(weights, stride, outputs, inputs, x + ((long)row * xStride), y + ((long)row * yStride), add);
    }
}
