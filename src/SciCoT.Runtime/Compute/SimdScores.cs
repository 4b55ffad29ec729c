using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>What becomes of the scores of an attention or of a vocabulary.</summary>
internal static unsafe class SimdScores<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <inheritdoc cref="IKernels.Softmax"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* scores, float* bias, int count, float* mask)
    {
        var highs = TSimd.Of(float.NegativeInfinity);
        for (int i = 0; i < count; i += TSimd.Width)
        {
            var score = SimdMath<TSimd, TVector>.Load(scores, i, count);
            if (bias is not null)
                score = TSimd.Add(score, SimdMath<TSimd, TVector>.Load(bias, i, count));
            if (mask is not null)
                score = TSimd.Add(score, SimdMath<TSimd, TVector>.Load(mask, i, count));
            SimdMath<TSimd, TVector>.Store(score, scores, i, count);
            highs = TSimd.Max(highs, SimdMath<TSimd, TVector>.Within(score, i, count, float.NegativeInfinity));
        }

        SimdPasses<TSimd, TVector>.Multiply(scores, 1 / Powers(scores, TSimd.Highest(highs), count), scores, count);
    }

    /// <summary>Replaces scores by <c>exp(x − highest)</c>.</summary>
    /// <returns>The highest score, and the sum of what the scores are replaced by.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Highest, float Sum) Powers(float* scores, int count)
    {
        var highs = TSimd.Of(float.NegativeInfinity);
        for (int i = 0; i < count; i += TSimd.Width)
            highs = TSimd.Max(highs, SimdMath<TSimd, TVector>.Within(SimdMath<TSimd, TVector>.Load(scores, i, count), i, count, float.NegativeInfinity));
        float highest = TSimd.Highest(highs);
        return (highest, Powers(scores, highest, count));
    }

    /// <summary>The same where the highest score is known.</summary>
    /// <returns>The sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Powers(float* scores, float highest, int count)
    {
        var shift = TSimd.Of(-highest);
        var sums = TSimd.Of(0);
        for (int i = 0; i < count; i += TSimd.Width)
        {
            var power = SimdMath<TSimd, TVector>.Exp(TSimd.Add(SimdMath<TSimd, TVector>.Load(scores, i, count), shift));
            SimdMath<TSimd, TVector>.Store(power, scores, i, count);
            sums = TSimd.Add(sums, SimdMath<TSimd, TVector>.Within(power, i, count, 0));
        }

        return SimdMath<TSimd, TVector>.Sum(sums);
    }

    /// <inheritdoc cref="IKernels.SoftmaxBackward"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxBackward(float* weights, float* gradient, int count)
    {
        var sums = TSimd.Of(0);
        for (int i = 0; i < count; i += TSimd.Width)
            sums = TSimd.MultiplyAdd(SimdMath<TSimd, TVector>.Load(weights, i, count), SimdMath<TSimd, TVector>.Load(gradient, i, count), sums);
        var sum = TSimd.Of(SimdMath<TSimd, TVector>.Sum(sums));
        for (int i = 0; i < count; i += TSimd.Width)
            SimdMath<TSimd, TVector>.Store(TSimd.Multiply(SimdMath<TSimd, TVector>.Load(weights, i, count), TSimd.Subtract(SimdMath<TSimd, TVector>.Load(gradient, i, count), sum)), gradient, i, count);
    }

    /// <inheritdoc cref="IKernels.LogSumExp"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float LogSumExp(float* x, int count)
    {
        var highs = TSimd.Of(float.NegativeInfinity);
        for (int i = 0; i < count; i += TSimd.Width)
            highs = TSimd.Max(highs, SimdMath<TSimd, TVector>.Within(SimdMath<TSimd, TVector>.Load(x, i, count), i, count, float.NegativeInfinity));
        float highest = TSimd.Highest(highs);
        if (!float.IsFinite(highest))
            return highest;
        var shift = TSimd.Of(-highest);
        var sums = TSimd.Of(0);
        for (int i = 0; i < count; i += TSimd.Width)
            sums = TSimd.Add(sums, SimdMath<TSimd, TVector>.Within(SimdMath<TSimd, TVector>.Exp(TSimd.Add(SimdMath<TSimd, TVector>.Load(x, i, count), shift)), i, count, 0));
        return highest + MathF.Log(SimdMath<TSimd, TVector>.Sum(sums));
    }
}
