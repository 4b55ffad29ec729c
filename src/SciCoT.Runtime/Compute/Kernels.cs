using System.Runtime.Intrinsics;
using SciCoT.TileKernels;

namespace SciCoT.Compute;

/// <summary>The kernels that this processor can run.</summary>
internal static class Kernels
{
    /// <summary>All of them, the widest first. They compute the same up to the rounding of float32.</summary>
    public static IReadOnlyList<IKernels> All { get; } = [.. Supported()];

    /// <summary>The widest; the first of <see cref="All"/>.</summary>
    public static IKernels Best { get; } = All[0];

    private static IEnumerable<IKernels> Supported()
    {
        if (Simd512.IsSupported)
            yield return new SimdKernels<Simd512, Vector512<float>>(static () => Int8Kernels.Best, static () => HalfKernels.Fast);
        if (Simd256.IsSupported)
            yield return new SimdKernels<Simd256, Vector256<float>>(static () => Int8Kernels.Best);
        yield return new SimdKernels<Simd128, Vector128<float>>(static () => Int8Kernels.Narrow);
    }
}
