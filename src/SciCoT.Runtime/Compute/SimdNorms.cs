using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>The RMS norm of rows and its gradient.</summary>
internal static unsafe class SimdNorms<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <inheritdoc cref="IKernels.Normalize"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Normalize(float* x, float* gain, int size, float epsilon, float* y)
    {
        var squares = TSimd.Of(0);
        for (int i = 0; i < size; i += TSimd.Width)
        {
            var value = SimdMath<TSimd, TVector>.Load(x, i, size);
            squares = TSimd.MultiplyAdd(value, value, squares);
        }

        float scale = 1 / MathF.Sqrt((SimdMath<TSimd, TVector>.Sum(squares) / size) + epsilon);
        Scale(x, gain, size, scale, y);
        return scale;
    }

    /// <inheritdoc cref="IKernels.Scale"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float* gain, int size, float scale, float* y)
    {
        var scales = TSimd.Of(scale);
        for (int i = 0; i < size; i += TSimd.Width)
            SimdMath<TSimd, TVector>.Store(TSimd.Multiply(SimdMath<TSimd, TVector>.Load(gain, i, size), TSimd.Multiply(SimdMath<TSimd, TVector>.Load(x, i, size), scales)), y, i, size);
    }

    /// <inheritdoc cref="IKernels.NormalizeBackward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NormalizeBackward(float* gradient, float* x, float* gain, float scale, int size, float* residual, float* target, float* ofGain)
    {
        TVector scales = TSimd.Of(scale), sums = TSimd.Of(0);
        for (int i = 0; i < size; i += TSimd.Width)
        {
            var ofNormed = TSimd.Multiply(SimdMath<TSimd, TVector>.Load(gradient, i, size), TSimd.Multiply(SimdMath<TSimd, TVector>.Load(x, i, size), scales));
            SimdMath<TSimd, TVector>.Store(TSimd.Add(SimdMath<TSimd, TVector>.Load(ofGain, i, size), ofNormed), ofGain, i, size);
            sums = TSimd.MultiplyAdd(ofNormed, SimdMath<TSimd, TVector>.Load(gain, i, size), sums);
        }

        // d(x · scale) / dx = scale − x xᵀ scale³ / size
        var share = TSimd.Of(SimdMath<TSimd, TVector>.Sum(sums) / size * scale * scale);
        for (int i = 0; i < size; i += TSimd.Width)
        {
            var through = TSimd.Multiply(TSimd.Multiply(SimdMath<TSimd, TVector>.Load(gradient, i, size), SimdMath<TSimd, TVector>.Load(gain, i, size)), scales);
            var sum = TSimd.Add(SimdMath<TSimd, TVector>.Load(residual, i, size), through);
            SimdMath<TSimd, TVector>.Store(TSimd.Subtract(sum, TSimd.Multiply(SimdMath<TSimd, TVector>.Load(x, i, size), share)), target, i, size);
        }
    }
}
