using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Fused;

/// <summary>Products of float32 tensors in kernels.</summary>
internal static unsafe class Products
{
    /// <summary>The product of two matrices, each contiguous or a contiguous one turned over.</summary>
    public static Tensor Of(Tensor a, Tensor b)
    {
        var product = empty(a.shape[0], b.shape[1]);
        Fusion.Multiply(checked((int)a.shape[0]), checked((int)b.shape[1]), checked((int)a.shape[1]), View(a), View(b), Fusion.View(product));
        return product;

        static Gemm.View View(Tensor matrix)
        {
            if (matrix.is_contiguous())
                return Fusion.View(matrix);
            using var turned = matrix.t();
            return Fusion.View(turned).Transposed;
        }
    }
}
