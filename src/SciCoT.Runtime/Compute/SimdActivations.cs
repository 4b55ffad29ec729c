using System.Runtime.CompilerServices;

namespace SciCoT.Compute;

/// <summary>The activations with their slopes; a kernel that does not use the slope does not compute it.</summary>
internal static class SimdActivations<TSimd, TVector>
    where TSimd : ISimd<TVector>
    where TVector : struct
{
    /// <summary>An activation; static, so that a kernel is compiled for it.</summary>
    public interface IActivation
    {
        static abstract (TVector Value, TVector Slope) At(TVector x);
    }

    public readonly struct Relu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) At(TVector x) => (TSimd.Max(x, TSimd.Of(0)), TSimd.Step(x));
    }

    public readonly struct Silu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) At(TVector x) => Swish(x, TSimd.Multiply(x, TSimd.Of(-1)), TSimd.Of(1));
    }

    public readonly struct GeluTanh : IActivation
    {
        private const float Linear = 2 * 0.7978845608f; // 2 √(2/π)
        private const float Cubic = Linear * 0.044715f;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (TVector Value, TVector Slope) At(TVector x)
        {
            // ½ x (1 + tanh u) is x / (1 + exp(−2 u)), with u = √(2/π) (x + 0.044715 x³).
            var square = TSimd.Multiply(x, x);
            var inner = TSimd.MultiplyAdd(square, TSimd.Of(-Cubic), TSimd.Of(-Linear));
            return Swish(x, TSimd.Multiply(x, inner), TSimd.MultiplyAdd(square, TSimd.Of(3 * Cubic), TSimd.Of(Linear)));
        }
    }

    /// <summary><c>x σ(z)</c> and its slope, given −z and dz/dx.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Value, TVector Slope) Swish(TVector x, TVector negative, TVector inner)
    {
        var one = TSimd.Of(1);
        var divisor = TSimd.Add(one, SimdMath<TSimd, TVector>.Exp(negative));
        TVector value = TSimd.Divide(x, divisor), sigmoid = TSimd.Divide(one, divisor);
        return (value, TSimd.MultiplyAdd(TSimd.Multiply(value, TSimd.Subtract(one, sigmoid)), inner, sigmoid));
    }
}
