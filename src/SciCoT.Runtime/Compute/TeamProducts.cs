namespace SciCoT.Compute;

/// <summary>Products of float32 matrices that the members of the team share.</summary>
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
    public static void Multiply(int members, int m, int n, int k, Gemm.View a, Gemm.View b, Gemm.View c, bool add = false)
    {
        int threads = (long)m * n * k < Worthwhile ? 1 : Math.Min(members, Environment.ProcessorCount);
        if (threads == 1)
        {
            Gemm.Multiply(m, n, k, a, b, c, add);
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
                Gemm.Multiply(count, n, k, a.From(from, 0), b, c.From(from, 0), add);
            else
                Gemm.Multiply(m, count, k, a, b.From(0, from), c.From(0, from), add);
        });

        static int Round(int count, int tile) => (count + tile - 1) / tile * tile;
    }
}
