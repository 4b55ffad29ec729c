using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SciCoT.Compute;

/// <summary>The kernels, in vectors of any width.</summary>
/// <remarks>
/// A product is a sum along a row of the matrix as it lies in a checkpoint, so that weights are used where they are
/// mapped, without being packed first. Every sum is added up in the same order whatever block it is computed in.
/// Methods are compiled with all optimisations at once: at the first tier, one token would take seconds.
/// </remarks>
internal sealed unsafe class SimdKernels<TSimd, TVector> : IKernels
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>A part of a matrix that stays in the first-level cache while rows pass over it, in numbers.</summary>
    private const int Panel = 4096;

    /// <summary>From so many rows it pays to widen weights once for all of them.</summary>
    private const int ManyRows = 5;

    /// <summary>From so many rows it pays to copy weights to where no vector crosses a cache line: a mapped file aligns them to 8 bytes.</summary>
    private const int ManyRowsToAlign = 16;

    private const int CacheLine = 64;

    /// <summary>How far ahead of a single row's reading weights are asked for, in bytes.</summary>
    private const int Distance = 8192;

    /// <summary>Whether many rows are computed in tiles. Always or never: a result must not depend on how many rows there are.</summary>
    private static bool HasTiles => typeof(TSimd) == typeof(Simd512) && Gemm.IsSupported;

    public int ScratchSize(int inputs) => Math.Max(Panel, 4 * inputs);

    public void Multiply(in Matrix matrix, int from, int to, float* x, int xStride, int rows, float* y, int yStride, bool add, float* scratch)
    {
        switch (matrix.Format)
        {
            case NumberFormat.Float32:
                Multiply<Float32>(matrix, from, to, x, xStride, rows, y, yStride, add, scratch);
                break;
            case NumberFormat.BFloat16:
                Multiply<BFloat16>(matrix, from, to, x, xStride, rows, y, yStride, add, scratch);
                break;
            default:
                Multiply<Int8>(matrix, from, to, x, xStride, rows, y, yStride, add, scratch);
                break;
        }
    }

    public void MultiplyMany(in Matrix matrix, float* x, int xStride, int rows, float* y, int yStride, bool add, float* scratch)
    {
        if (HasTiles && matrix.Format != NumberFormat.Int8)
            Gemm.Multiply(rows, new Gemm.View(x, xStride), matrix, new Gemm.View(y, yStride), add);
        else
            Multiply(matrix, 0, matrix.Outputs, x, xStride, rows, y, yStride, add, scratch);
    }

    public void MixMany(float* weights, int rows, int count, float* values, int stride, int size, float* y, int yStride)
    {
        if (HasTiles)
        {
            Gemm.Multiply(rows, size, count, new Gemm.View(weights, count), new Gemm.View(values, stride), new Gemm.View(y, yStride));
            return;
        }

        for (int row = 0; row < rows; row++)
            Mix(weights + ((long)row * count), count, values, stride, size, y + ((long)row * yStride));
    }

    public void Read(in Matrix matrix, int row, float* target)
    {
        switch (matrix.Format)
        {
            case NumberFormat.Float32:
                Widen<Float32>(Row<Float32>(matrix, row), matrix.Inputs, target);
                break;
            case NumberFormat.BFloat16:
                Widen<BFloat16>(Row<BFloat16>(matrix, row), matrix.Inputs, target);
                break;
            default:
                Widen<Int8>(Row<Int8>(matrix, row), matrix.Inputs, target);
                Scale(target, matrix.Inputs, matrix.Scales[row]);
                break;
        }

        static void Scale(float* row, int count, float scale)
        {
            for (int i = 0; i < count; i++)
                row[i] *= scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalize(float* x, float* gain, int size, float epsilon, float* y)
    {
        var squares = TSimd.Of(0);
        int i = 0;
        for (; i <= size - TSimd.Width; i += TSimd.Width)
        {
            var value = TSimd.Load(x + i);
            squares = TSimd.MultiplyAdd(value, value, squares);
        }

        float sum = Sum(squares);
        for (int k = i; k < size; k++)
            sum += x[k] * x[k];
        float scale = 1 / MathF.Sqrt((sum / size) + epsilon);
        var scales = TSimd.Of(scale);
        for (i = 0; i <= size - TSimd.Width; i += TSimd.Width)
            TSimd.Store(TSimd.Multiply(TSimd.Load(gain + i), TSimd.Multiply(TSimd.Load(x + i), scales)), y + i);
        for (; i < size; i++)
            y[i] = gain[i] * (x[i] * scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Activate(Activation activation, float* x, float* gate, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
        {
            var value = Activate(activation, TSimd.Load(x + i));
            TSimd.Store(gate is null ? value : TSimd.Multiply(value, TSimd.Load(gate + i)), x + i);
        }

        if (i == count)
            return;
        float* rest = stackalloc float[TSimd.Width];
        for (int k = i; k < count; k++)
            rest[k - i] = x[k];
        TSimd.Store(Activate(activation, TSimd.Load(rest)), rest);
        for (int k = i; k < count; k++)
            x[k] = gate is null ? rest[k - i] : rest[k - i] * gate[k];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Softmax(float* scores, float* bias, int count)
    {
        int whole = count - (count % TSimd.Width);
        if (bias is not null)
        {
            for (int i = 0; i < whole; i += TSimd.Width)
                TSimd.Store(TSimd.Add(TSimd.Load(scores + i), TSimd.Load(bias + i)), scores + i);
            for (int i = whole; i < count; i++)
                scores[i] += bias[i];
        }

        float highest = Max(scores, count);
        var shift = TSimd.Of(-highest);
        var sums = TSimd.Of(0);
        for (int i = 0; i < whole; i += TSimd.Width)
        {
            var power = Exp(TSimd.Add(TSimd.Load(scores + i), shift));
            sums = TSimd.Add(sums, power);
            TSimd.Store(power, scores + i);
        }

        float sum = Sum(sums);
        for (int i = whole; i < count; i++)
            sum += scores[i] = MathF.Exp(scores[i] - highest);
        float scale = 1 / sum;
        var scales = TSimd.Of(scale);
        for (int i = 0; i < whole; i += TSimd.Width)
            TSimd.Store(TSimd.Multiply(TSimd.Load(scores + i), scales), scores + i);
        for (int i = whole; i < count; i++)
            scores[i] *= scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Mix(float* weights, int rows, float* values, int stride, int size, float* y)
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
                sum += weights[row] * values[((long)row * stride) + i];
            y[i] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float LogSumExp(float* x, int count)
    {
        float highest = Max(x, count);
        if (!float.IsFinite(highest))
            return highest;
        var shift = TSimd.Of(-highest);
        var sums = TSimd.Of(0);
        int i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
            sums = TSimd.Add(sums, Exp(TSimd.Add(TSimd.Load(x + i), shift)));
        float sum = Sum(sums);
        for (; i < count; i++)
            sum += MathF.Exp(x[i] - highest);
        return highest + MathF.Log(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TFormat>(in Matrix matrix, int from, int to, float* x, int xStride, int rows, float* y, int yStride, bool add, float* scratch)
        where TFormat : struct, IFormat
    {
        int inputs = matrix.Inputs;
        int panel = Math.Max(4, Panel / inputs / 4 * 4);
        bool copies = typeof(TFormat) == typeof(Float32)
            ? rows >= ManyRowsToAlign && ((nuint)matrix.Data % CacheLine != 0 || matrix.Stride * sizeof(float) % CacheLine != 0)
            : rows >= ManyRows;
        for (int first = from; first < to; first += panel)
        {
            int outputs = Math.Min(panel, to - first);
            float* scales = matrix.Scales is null ? null : matrix.Scales + first;

            // While rows pass over this panel, the next one comes from memory.
            byte* next = (byte*)Row<TFormat>(matrix, first + outputs);
            long ahead = (long)Math.Min(panel, to - first - outputs) * matrix.Stride * TFormat.Bytes;
            if (copies)
            {
                for (int output = 0; output < outputs; output++)
                    Widen<TFormat>(Row<TFormat>(matrix, first + output), inputs, scratch + (output * inputs));
                MultiplyPanel<Float32>(scratch, inputs, scales, outputs, inputs, x, xStride, rows, y + first, yStride, add, next, ahead);
            }
            else
            {
                MultiplyPanel<TFormat>(Row<TFormat>(matrix, first), matrix.Stride, scales, outputs, inputs, x, xStride, rows, y + first, yStride, add, next, ahead);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void* Row<TFormat>(in Matrix matrix, int output)
        where TFormat : struct, IFormat =>
        (byte*)matrix.Data + ((long)output * matrix.Stride * TFormat.Bytes);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen<TFormat>(void* row, int inputs, float* target)
        where TFormat : struct, IFormat
    {
        int i = 0;
        for (; i <= inputs - TSimd.Width; i += TSimd.Width)
            TSimd.Store(TFormat.Load(row, i), target + i);
        for (; i < inputs; i++)
            target[i] = TFormat.At(row, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyPanel<TFormat>(void* weights, int stride, float* scales, int outputs, int inputs, float* x, int xStride, int rows, float* y, int yStride, bool add, byte* next, long ahead)
        where TFormat : struct, IFormat
    {
        int row = 0;
        if (TSimd.HasManyRegisters)
        {
            long each = ((ahead / CacheLine / Math.Max(1, rows / 4)) + 1) * CacheLine;
            for (byte* end = next + ahead; row <= rows - 4; row += 4)
            {
                for (byte* stop = next + each; next < stop && next < end; next += CacheLine)
                    TSimd.Prefetch(next);
                Rows4<TFormat>(weights, stride, scales, outputs, inputs, x + ((long)row * xStride), xStride, y + ((long)row * yStride), yStride, add);
            }
        }

        for (; row <= rows - 2; row += 2)
            Rows2<TFormat>(weights, stride, scales, outputs, inputs, x + ((long)row * xStride), xStride, y + ((long)row * yStride), yStride, add);
        if (row < rows)
            Rows1<TFormat>(weights, stride, scales, outputs, inputs, x + ((long)row * xStride), y + ((long)row * yStride), add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows4<TFormat>(void* weights, int stride, float* scales, int outputs, int inputs, float* x, int xStride, float* y, int yStride, bool add)
        where TFormat : struct, IFormat
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
            Finish<TFormat>(sums, w0, w1, w2, w3, x, whole, inputs, scales, output, count, y, add);
            Finish<TFormat>(TSimd.Sums(s10, s11, s12, s13), w0, w1, w2, w3, x1, whole, inputs, scales, output, count, y + yStride, add);
            Finish<TFormat>(TSimd.Sums(s20, s21, s22, s23), w0, w1, w2, w3, x2, whole, inputs, scales, output, count, y + (2 * (long)yStride), add);
            Finish<TFormat>(TSimd.Sums(s30, s31, s32, s33), w0, w1, w2, w3, x3, whole, inputs, scales, output, count, y + (3 * (long)yStride), add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows2<TFormat>(void* weights, int stride, float* scales, int outputs, int inputs, float* x, int xStride, float* y, int yStride, bool add)
        where TFormat : struct, IFormat
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

            Finish<TFormat>(TSimd.Sums(s00, s01, s02, s03), w0, w1, w2, w3, x, whole, inputs, scales, output, count, y, add);
            Finish<TFormat>(TSimd.Sums(s10, s11, s12, s13), w0, w1, w2, w3, x1, whole, inputs, scales, output, count, y + yStride, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rows1<TFormat>(void* weights, int stride, float* scales, int outputs, int inputs, float* x, float* y, bool add)
        where TFormat : struct, IFormat
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

            Finish<TFormat>(TSimd.Sums(s0, s1, s2, s3), w0, w1, w2, w3, x, whole, inputs, scales, output, count, y, add);
        }
    }

    /// <summary>Adds the inputs that fill no vector, scales the sums of up to four outputs and stores them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TFormat>(Vector128<float> sums, byte* w0, byte* w1, byte* w2, byte* w3, float* x, int whole, int inputs, float* scales, int output, int count, float* y, bool add)
        where TFormat : struct, IFormat
    {
        for (int i = whole; i < inputs; i++)
            sums += Vector128.Create(TFormat.At(w0, i), TFormat.At(w1, i), TFormat.At(w2, i), TFormat.At(w3, i)) * x[i];

        y += output;
        if (count == 4)
        {
            if (scales is not null)
                sums *= Vector128.Load(scales + output);
            Vector128.Store(add ? sums + Vector128.Load(y) : sums, y);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            float sum = scales is null ? sums[i] : sums[i] * scales[output + i];
            y[i] = add ? sum + y[i] : sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Activate(Activation activation, TVector x)
    {
        switch (activation)
        {
            case Activation.Relu:
                return TSimd.Max(x, TSimd.Of(0));
            case Activation.Silu:
                return TSimd.Divide(x, TSimd.Add(TSimd.Of(1), Exp(TSimd.Multiply(x, TSimd.Of(-1)))));
            default:
                // ½ x (1 + tanh u) is x / (1 + exp(−2 u)), with u = √(2/π) (x + 0.044715 x³).
                var square = TSimd.Multiply(x, x);
                var inner = TSimd.MultiplyAdd(square, TSimd.Of(-2 * 0.7978845608f * 0.044715f), TSimd.Of(-2 * 0.7978845608f));
                return TSimd.Divide(x, TSimd.Add(TSimd.Of(1), Exp(TSimd.Multiply(x, inner))));
        }
    }

    /// <summary>e to the power of x, to 2 units of the last place: <c>2ⁿ · eʳ</c> with <c>x = n · ln 2 + r</c>, eʳ by its Taylor series.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Exp(TVector x)
    {
        x = TSimd.Min(TSimd.Max(x, TSimd.Of(-87.33f)), TSimd.Of(88.37f)); // beyond these, 2ⁿ is no float32
        var shifter = TSimd.Of(12582912); // adding 1.5 · 2²³ leaves the nearest whole number in the last bits
        var shifted = TSimd.MultiplyAdd(x, TSimd.Of(1.44269504f), shifter);
        var n = TSimd.Add(shifted, TSimd.Of(-12582912));
        var r = TSimd.MultiplyAdd(n, TSimd.Of(-0.693145752f), x); // ln 2 in two parts, the first exact in products
        r = TSimd.MultiplyAdd(n, TSimd.Of(-1.42860677e-6f), r);
        var power = TSimd.MultiplyAdd(r, TSimd.Of(1f / 5040), TSimd.Of(1f / 720));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1f / 120));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1f / 24));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1f / 6));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(0.5f));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1));
        power = TSimd.MultiplyAdd(power, r, TSimd.Of(1));
        return TSimd.AddExponent(power, shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(TVector vector) => TSimd.Sums(vector, vector, vector, vector).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Max(float* x, int count)
    {
        float highest = float.NegativeInfinity;
        int i = 0;
        if (count >= TSimd.Width)
        {
            var highs = TSimd.Load(x);
            for (i = TSimd.Width; i <= count - TSimd.Width; i += TSimd.Width)
                highs = TSimd.Max(highs, TSimd.Load(x + i));
            float* lanes = stackalloc float[TSimd.Width];
            TSimd.Store(highs, lanes);
            for (int lane = 0; lane < TSimd.Width; lane++)
                highest = MathF.Max(highest, lanes[lane]);
        }

        for (; i < count; i++)
            highest = MathF.Max(highest, x[i]);
        return highest;
    }

    /// <summary>How the numbers of a matrix are read.</summary>
    private interface IFormat
    {
        static abstract int Bytes { get; }

        static abstract TVector Load(void* row, int index);

        static abstract float At(void* row, int index);
    }

    private readonly struct Float32 : IFormat
    {
        public static int Bytes => sizeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Load(void* row, int index) => TSimd.Load((float*)row + index);

        public static float At(void* row, int index) => ((float*)row)[index];
    }

    private readonly struct BFloat16 : IFormat
    {
        public static int Bytes => sizeof(ushort);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Load(void* row, int index) => TSimd.Load((ushort*)row + index);

        public static float At(void* row, int index) => BitConverter.Int32BitsToSingle(((ushort*)row)[index] << 16);
    }

    private readonly struct Int8 : IFormat
    {
        public static int Bytes => sizeof(sbyte);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Load(void* row, int index) => TSimd.Load((sbyte*)row + index);

        public static float At(void* row, int index) => ((sbyte*)row)[index];
    }
}
