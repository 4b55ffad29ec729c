using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Compute;

/// <summary>Arithmetic whose numbers outlive the native call; see <see cref="KeptScalar"/>.</summary>
/// <remarks>TorchSharp's <c>a + b</c> of two tensors makes such a number as well: the factor 1 of <c>add(b, alpha: 1)</c>.</remarks>
internal static class TensorArithmetic
{
    private static readonly Scalar One = KeptScalar.Of(1.0);
    private static readonly Scalar Two = KeptScalar.Of(2.0);

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Plus(this Tensor x, Scalar kept) => x.add(kept, One);

    /// <summary>Adds in place.</summary>
    /// <returns><paramref name="x"/> itself.</returns>
    public static Tensor Add(this Tensor x, Tensor y) => x.add_(y, One);

    public static Tensor Squared(this Tensor x) => x.pow(Two);

    /// <summary>Multiplies by a scalar that is not cached.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using var number = factor.ToScalar(); // freed after the call, not before it
        return x.mul(number);
    }
}
