using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>Sums, products and activations, number by number.</summary>
internal static unsafe class SimdPasses<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <inheritdoc cref="IKernels.Add"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* a, float* b, float* y, int count)
    {
        for (int i = 0; i < count; i += TSimd.Width)
            SimdMath<TSimd, TVector>.Store(TSimd.Add(SimdMath<TSimd, TVector>.Load(a, i, count), SimdMath<TSimd, TVector>.Load(b, i, count)), y, i, count);
    }

    /// <inheritdoc cref="IKernels.MultiplyEach"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyEach(float* a, float* b, float* y, int count)
    {
        for (int i = 0; i < count; i += TSimd.Width)
            SimdMath<TSimd, TVector>.Store(TSimd.Multiply(SimdMath<TSimd, TVector>.Load(a, i, count), SimdMath<TSimd, TVector>.Load(b, i, count)), y, i, count);
    }

    /// <summary>The sum of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(float* x, int count)
    {
        var sums = TSimd.Of(0);
        for (int i = 0; i < count; i += TSimd.Width)
            sums = TSimd.Add(sums, SimdMath<TSimd, TVector>.Load(x, i, count));
        return SimdMath<TSimd, TVector>.Sum(sums);
    }

    /// <summary><c>y = x · factor + summand</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd(float* x, float factor, float summand, float* y, int count)
    {
        TVector factors = TSimd.Of(factor), summands = TSimd.Of(summand);
        for (int i = 0; i < count; i += TSimd.Width)
            SimdMath<TSimd, TVector>.Store(TSimd.MultiplyAdd(SimdMath<TSimd, TVector>.Load(x, i, count), factors, summands), y, i, count);
    }

    /// <summary><c>y = x · factor</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, float factor, float* y, int count)
    {
        var factors = TSimd.Of(factor);
        for (int i = 0; i < count; i += TSimd.Width)
            SimdMath<TSimd, TVector>.Store(TSimd.Multiply(SimdMath<TSimd, TVector>.Load(x, i, count), factors), y, i, count);
    }

    /// <inheritdoc cref="IKernels.Activate"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Activate<TActivation>(float* x, float* gate, float* y, int count)
        where TActivation : struct, SimdActivations<TSimd, TVector>.IActivation
    {
        for (int i = 0; i < count; i += TSimd.Width)
        {
            var (value, _) = TActivation.At(SimdMath<TSimd, TVector>.Load(x, i, count));
            SimdMath<TSimd, TVector>.Store(gate is null ? value : TSimd.Multiply(value, SimdMath<TSimd, TVector>.Load(gate, i, count)), y, i, count);
        }
    }

    /// <inheritdoc cref="IKernels.ActivateBackward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ActivateBackward<TActivation>(float* x, float* gate, float* gradient, float* ofGate, float* y, int count)
        where TActivation : struct, SimdActivations<TSimd, TVector>.IActivation
    {
        for (int i = 0; i < count; i += TSimd.Width)
        {
            var (value, slope) = TActivation.At(SimdMath<TSimd, TVector>.Load(x, i, count));
            var g = SimdMath<TSimd, TVector>.Load(gradient, i, count);
            if (gate is not null)
            {
                var factor = SimdMath<TSimd, TVector>.Load(gate, i, count);
                SimdMath<TSimd, TVector>.Store(TSimd.Multiply(g, value), ofGate, i, count);
                value = TSimd.Multiply(value, factor);
                slope = TSimd.Multiply(slope, factor);
            }

            SimdMath<TSimd, TVector>.Store(value, y, i, count);
            SimdMath<TSimd, TVector>.Store(TSimd.Multiply(g, slope), gradient, i, count);
        }
    }
}
