using SciCoT.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>
/// Where layers are trained as one operation each, forward and backward: on a processor with AVX-512 or AVX2, without an adapter, in float32
/// or, with AVX512_BF16, with products in bfloat16. Everywhere else torch computes them operation by operation, to the same result up to rounding.
/// </summary>
internal static unsafe class Fusion
{
    /// <summary>Whether a part of a model is computed as one operation, given its input.</summary>
    public static bool Applies(Tensor hidden) => Enabled && hidden.dtype == ScalarType.Float32 && hidden.device_type == DeviceType.CPU;

    /// <summary>Whether a product of matrices is computed here.</summary>
    public static bool Applies(Tensor a, Tensor b) =>
        Enabled && a.dtype == ScalarType.Float32 && b.dtype == ScalarType.Float32 && a.device_type == DeviceType.CPU && b.device_type == DeviceType.CPU;

    /// <summary>Off for comparisons on the calling thread.</summary>
    [ThreadStatic]
    private static bool s_disabled;

    /// <summary>Whether the calling thread may use it.</summary>
    public static bool Enabled
    {
        get => Gemm.IsSupported && !s_disabled;
        set => s_disabled = !value;
    }

    /// <summary>Whether products on the calling thread are computed in bfloat16, with float32 sums.</summary>
    [ThreadStatic]
    private static bool s_inHalves;

    /// <inheritdoc cref="s_inHalves"/>
    public static bool InHalves
    {
        get => s_inHalves;
        set => s_inHalves = value;
    }

    /// <summary>Members of the team that a layer takes at most: torch's number of threads.</summary>
    public static int Threads => get_num_threads();

    /// <inheritdoc cref="TeamProducts.Multiply"/>
    public static void Multiply(int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c, bool add = false) =>
        TeamProducts.Multiply(Threads, m, n, k, a, b, c, add, InHalves);

    /// <summary>A contiguous tensor's numbers.</summary>
    public static float* Numbers(Tensor tensor) => (float*)TensorMemory.Address(tensor);

    /// <summary>A contiguous matrix.</summary>
    public static Gemm.View View(Tensor matrix) => new(Numbers(matrix), matrix.shape[1]);
}
