using SciCoT.Compute;
using static TorchSharp.torch;

namespace SciCoT.Models.Fused;

/// <summary>Products of float32 matrices on torch's number of threads.</summary>
internal static unsafe class Products
{
    /// <summary>Below so many multiplications a second thread costs more than it brings.</summary>
    private const long Worthwhile = 1 << 18;

    /// <summary>The product of two matrices, each contiguous or a contiguous one turned over.</summary>
    public static Tensor Of(Tensor a, Tensor b)
    {
        var product = empty(a.shape[0], b.shape[1]);
        Multiply(checked((int)a.shape[0]), checked((int)b.shape[1]), checked((int)a.shape[1]), View(a), View(b), Fusion.View(product));
        return product;

        static Gemm.View View(Tensor matrix)
        {
            if (matrix.is_contiguous())
                return Fusion.View(matrix);
            using var turned = matrix.t();
            return Fusion.View(turned).Transposed;
        }
    }

    /// <summary><c>c = a · b</c> or <c>c += a · b</c>, on torch's number of threads.</summary>
    /// <param name="m">Rows of a and c.</param>
    /// <param name="n">Columns of b and c.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">The left matrix.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    public static void Multiply(int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c, bool add = false)
    {
        int threads = (long)m * n * k < Worthwhile ? 1 : Fusion.Threads;
        if (threads == 1)
        {
            Gemm.Multiply(m, n, k, a, b, c, add);
            return;
        }

        bool byRows = m >= n;
        int each = Round(((byRows ? m : n) + threads - 1) / threads, byRows ? Gemm.TileRows : Gemm.TileColumns);
        ThreadTeam.Shared.ForEach(Fusion.Threads, threads, part =>
        {
            int from = part * each;
            int count = Math.Min(each, (byRows ? m : n) - from);
            if (count <= 0)
                return;
            if (byRows)
                Gemm.Multiply(count, n, k, a.From(from, 0), b, c.From(from, 0), add);
            else
                Gemm.Multiply(m, count, k, a, b.From(0, from), c.From(0, from), add);
        });

        static int Round(int count, int tile) => (count + tile - 1) / tile * tile;
    }
}
