using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SciCoT.Compute;

/// <summary>What a training step computes besides products of matrices, forward and backward, in AVX-512.</summary>
internal static unsafe class RowKernels
{
    private const int Width = 16;

    /// <summary>RMS norm of rows, <c>y = gain · x · scale</c> with <c>scale = 1 / √(mean x² + epsilon)</c>, which is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(float* x, float* gain, int size, float epsilon, long rows, float* y, float* scales)
    {
        for (long row = 0; row < rows; row++, x += size, y += size)
        {
            var squares = Vector512<float>.Zero;
            for (int i = 0; i < size; i += Width)
            {
                var value = Load(x, i, size);
                squares = Avx512F.FusedMultiplyAdd(value, value, squares);
            }

            float scale = scales[row] = 1 / MathF.Sqrt((Vector512.Sum(squares) / size) + epsilon);
            Scale(x, gain, size, scale, y);
        }
    }

    /// <summary>The norm of rows whose scales are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormalizeAgain(float* x, float* gain, int size, float* scales, long rows, float* y)
    {
        for (long row = 0; row < rows; row++)
            Scale(x + (row * size), gain, size, scales[row], y + (row * size));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(float* x, float* gain, int size, float scale, float* y)
    {
        for (int i = 0; i < size; i += Width)
            Store(Load(gain, i, size) * (Load(x, i, size) * scale), y, i, size);
    }

    /// <summary>The gradient of rows through their norm, added to what passes by on the residual connection.</summary>
    /// <param name="gradient">Of the normed rows.</param>
    /// <param name="x">The rows.</param>
    /// <param name="gain">The norm's weight.</param>
    /// <param name="scales">As <see cref="Normalize"/> kept them.</param>
    /// <param name="size">Numbers in a row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="residual">Added to the result.</param>
    /// <param name="target">The gradient of <paramref name="x"/>.</param>
    /// <param name="ofGain">What the rows' gradient of the weight is added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormalizeBackward(float* gradient, float* x, float* gain, float* scales, int size, long rows, float* residual, float* target, float* ofGain)
    {
        for (long row = 0; row < rows; row++, gradient += size, x += size, residual += size, target += size)
        {
            float scale = scales[row];
            var sums = Vector512<float>.Zero;
            for (int i = 0; i < size; i += Width)
            {
                Vector512<float> g = Load(gradient, i, size), value = Load(x, i, size);
                var ofNormed = g * (value * scale);
                Store(Load(ofGain, i, size) + ofNormed, ofGain, i, size);
                sums = Avx512F.FusedMultiplyAdd(ofNormed, Load(gain, i, size), sums);
            }

            // d(x · scale) / dx = scale − x xᵀ scale³ / size
            float share = Vector512.Sum(sums) / size * scale * scale;
            for (int i = 0; i < size; i += Width)
                Store(Load(residual, i, size) + (Load(gradient, i, size) * Load(gain, i, size) * scale) - (Load(x, i, size) * share), target, i, size);
        }
    }

    /// <summary><c>y = residual + x</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* residual, float* x, float* y, int count)
    {
        for (int i = 0; i < count; i += Width)
            Store(Load(residual, i, count) + Load(x, i, count), y, i, count);
    }

    /// <summary><c>y = x · factor</c>, number by number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, float* factor, float* y, int count)
    {
        for (int i = 0; i < count; i += Width)
            Store(Load(x, i, count) * Load(factor, i, count), y, i, count);
    }

    /// <summary><c>y = x · factor</c>, a number for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, float factor, float* y, int count)
    {
        for (int i = 0; i < count; i += Width)
            Store(Load(x, i, count) * factor, y, i, count);
    }

    /// <summary><c>y = activation(x)</c>, times <paramref name="gate"/> where there is one.</summary>
    public static void Activate(Activation activation, float* x, float* gate, float* y, int count)
    {
        switch (activation)
        {
            case Activation.Relu:
                Activate<Relu>(x, gate, y, count);
                break;
            case Activation.Silu:
                Activate<Silu>(x, gate, y, count);
                break;
            default:
                Activate<GeluTanh>(x, gate, y, count);
                break;
        }
    }

    /// <summary>The gradients through an activation and its gate.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="x">What it was given.</param>
    /// <param name="gate">What it was multiplied by, or null.</param>
    /// <param name="gradient">Of the product; becomes that of <paramref name="x"/>.</param>
    /// <param name="ofGate">The gradient of <paramref name="gate"/>.</param>
    /// <param name="y">The product once more.</param>
    /// <param name="count">Number of numbers.</param>
    public static void ActivateBackward(Activation activation, float* x, float* gate, float* gradient, float* ofGate, float* y, int count)
    {
        switch (activation)
        {
            case Activation.Relu:
                ActivateBackward<Relu>(x, gate, gradient, ofGate, y, count);
                break;
            case Activation.Silu:
                ActivateBackward<Silu>(x, gate, gradient, ofGate, y, count);
                break;
            default:
                ActivateBackward<GeluTanh>(x, gate, gradient, ofGate, y, count);
                break;
        }
    }

    /// <summary>Turns scores into weights that sum to 1, after adding a bias and a mask where they are not null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* scores, float* bias, float* mask, int count)
    {
        var lowest = Vector512.Create(float.NegativeInfinity);
        var highs = lowest;
        for (int i = 0; i < count; i += Width)
        {
            var score = Load(scores, i, count);
            if (bias is not null)
                score += Load(bias, i, count);
            if (mask is not null)
                score += Load(mask, i, count);
            Store(score, scores, i, count);
            highs = Vector512.Max(highs, i + Width <= count ? score : Vector512.ConditionalSelect(Simd512.First(count - i), score, lowest));
        }

        var highest = Vector512.Create(Highest(highs));
        var sums = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Width)
        {
            var power = SimdKernels<Simd512, Vector512<float>>.Exp(Load(scores, i, count) - highest);
            Store(power, scores, i, count);
            sums += i + Width <= count ? power : Vector512.ConditionalSelect(Simd512.First(count - i), power, Vector512<float>.Zero);
        }

        Multiply(scores, 1 / Vector512.Sum(sums), scores, count);
    }

    /// <summary>The gradient of scores from that of their weights, in place: <c>g = w · (g − Σ g w)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxBackward(float* weights, float* gradient, int count)
    {
        var sums = Vector512<float>.Zero;
        for (int i = 0; i < count; i += Width)
            sums = Avx512F.FusedMultiplyAdd(Load(weights, i, count), Load(gradient, i, count), sums);
        float sum = Vector512.Sum(sums);
        for (int i = 0; i < count; i += Width)
            Store(Load(weights, i, count) * (Load(gradient, i, count) - Vector512.Create(sum)), gradient, i, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Activate<TActivation>(float* x, float* gate, float* y, int count)
        where TActivation : struct, IActivation
    {
        for (int i = 0; i < count; i += Width)
        {
            var (value, _) = TActivation.At(Load(x, i, count));
            Store(gate is null ? value : value * Load(gate, i, count), y, i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ActivateBackward<TActivation>(float* x, float* gate, float* gradient, float* ofGate, float* y, int count)
        where TActivation : struct, IActivation
    {
        for (int i = 0; i < count; i += Width)
        {
            var (value, slope) = TActivation.At(Load(x, i, count));
            var g = Load(gradient, i, count);
            if (gate is not null)
            {
                var factor = Load(gate, i, count);
                Store(g * value, ofGate, i, count);
                value *= factor;
                slope *= factor;
            }

            Store(value, y, i, count);
            Store(g * slope, gradient, i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* source, int index, int count) =>
        index + Width <= count ? Vector512.Load(source + index) : Avx512F.MaskLoad(source + index, Simd512.First(count - index), Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> value, float* target, int index, int count)
    {
        if (index + Width <= count)
            Vector512.Store(value, target + index);
        else
            Avx512F.MaskStore(target + index, Simd512.First(count - index), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Highest(Vector512<float> values)
    {
        var eight = Vector256.Max(values.GetLower(), values.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four[0], four[1]), MathF.Max(four[2], four[3]));
    }

    private interface IActivation
    {
        static abstract (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x);
    }

    private readonly struct Relu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x)
        {
            var isPositive = Vector512.GreaterThan(x, Vector512<float>.Zero);
            return (Vector512.ConditionalSelect(isPositive, x, Vector512<float>.Zero), Vector512.ConditionalSelect(isPositive, Vector512<float>.One, Vector512<float>.Zero));
        }
    }

    private readonly struct Silu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x) => Swish(x, -x, Vector512<float>.One);
    }

    private readonly struct GeluTanh : IActivation
    {
        private const float Linear = 2 * 0.7978845608f; // 2 √(2/π)
        private const float Cubic = Linear * 0.044715f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector512<float> Value, Vector512<float> Slope) At(Vector512<float> x)
        {
            // ½ x (1 + tanh u) is x / (1 + exp(−2 u)).
            var square = x * x;
            var inner = Avx512F.FusedMultiplyAdd(square, Vector512.Create(-Cubic), Vector512.Create(-Linear));
            return Swish(x, x * inner, Avx512F.FusedMultiplyAdd(square, Vector512.Create(3 * Cubic), Vector512.Create(Linear)));
        }
    }

    /// <summary><c>x σ(z)</c> and its slope, given −z and dz/dx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Value, Vector512<float> Slope) Swish(Vector512<float> x, Vector512<float> negative, Vector512<float> inner)
    {
        var sigmoid = Vector512<float>.One / (Vector512<float>.One + SimdKernels<Simd512, Vector512<float>>.Exp(negative));
        var value = x * sigmoid;
        return (value, sigmoid + (value * (Vector512<float>.One - sigmoid) * inner));
    }
}
