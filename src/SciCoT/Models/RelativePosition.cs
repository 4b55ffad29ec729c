using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>T5's relative position buckets (arXiv 1910.10683, section 2.1).</summary>
internal static class RelativePosition
{
    /// <summary>
    /// The bucket of a relative position (key − query). Small distances have a bucket each; larger ones share buckets
    /// that grow logarithmically up to <paramref name="maxDistance"/>.
    /// </summary>
    public static int Bucket(int relativePosition, bool bidirectional, int buckets, int maxDistance)
    {
        int offset = 0;
        int distance;
        if (bidirectional)
        {
            buckets /= 2;
            offset = relativePosition > 0 ? buckets : 0;
            distance = Math.Abs(relativePosition);
        }
        else
        {
            distance = Math.Max(0, -relativePosition);
        }

        int exact = buckets / 2;
        if (distance < exact)
            return offset + distance;

        // float32 throughout, as the reference computes it: at bucket borders the rounding decides.
        float scaled = MathF.Log((float)distance / exact) / (float)Math.Log((double)maxDistance / exact) * (buckets - exact);
        return offset + Math.Min(exact + (int)scaled, buckets - 1);
    }

    /// <summary>The buckets for each pair of positions.</summary>
    /// <returns><c>[query, key]</c>, int64.</returns>
    public static Tensor Buckets(int queries, int keys, bool bidirectional, int buckets, int maxDistance, Device device)
    {
        // Only the distance matters: one line of buckets, laid out once for each query.
        var line = new long[queries + keys - 1];
        for (int i = 0; i < line.Length; i++)
            line[i] = Bucket(i - (queries - 1), bidirectional, buckets, maxDistance);

        var table = new long[queries * keys];
        for (int query = 0; query < queries; query++)
            Array.Copy(line, queries - 1 - query, table, query * keys, keys);
        return tensor(table, [queries, keys], device: device);
    }
}
