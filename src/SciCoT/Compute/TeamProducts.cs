namespace SciCoT.Compute;

/// <summary>Products of float32 matrices that the members of the team share, in float32 or in bfloat16.</summary>
internal static unsafe class TeamProducts
{
    /// <summary>Below so many multiplications a second thread costs more than it brings.</summary>
    private const long Worthwhile = 1 << 18;

    /// <summary><c>c = a · b</c> or <c>c += a · b</c>, on the members of the team.</summary>
    /// <param name="members">Members of the team at most.</param>
    /// <param name="m">Rows of a and c.</param>
    /// <param name="n">Columns of b and c.</param>
    /// <param name="k">Columns of a, rows of b.</param>
    /// <param name="a">The left matrix.</param>
    /// <param name="b">The right matrix.</param>
    /// <param name="c">The result, whose columns lie side by side.</param>
    /// <param name="add">Whether the product is added to what the result holds.</param>
    /// <param name="inHalves">Whether both matrices are rounded to bfloat16 first; sums stay float32 numbers.</param>
    public static void Multiply(int members, int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c, bool add = false, bool inHalves = false)
    {
        int threads = (long)m * n * k < Worthwhile ? 1 : Math.Min(members, Environment.ProcessorCount);
        if (threads == 1)
        {
            One(m, n, a, b, c);
            return;
        }

        bool byRows = m >= n;
        int each = Round(((byRows ? m : n) + threads - 1) / threads, byRows ? Gemm.TileRows : Gemm.TileColumns);
        ThreadTeam.Shared.ForEach(threads, threads, part =>
        {
            int from = part * each;
            int count = Math.Min(each, (byRows ? m : n) - from);
            if (count <= 0)
                return;
            if (byRows)
                One(count, n, a.From(from, 0), b, c.From(from, 0));
            else
                One(m, count, a, b.From(0, from), c.From(0, from));
        });

        void One(int rows, int columns, Gemm.View left, Gemm.View right, Gemm.View target)
        {
            if (inHalves)
                HalfGemm.Multiply(rows, columns, k, left, right, target, add);
            else
                Gemm.Multiply(rows, columns, k, left, right, target, add);
        }

        static int Round(int count, int tile) => (count + tile - 1) / tile * tile;
    }
}
