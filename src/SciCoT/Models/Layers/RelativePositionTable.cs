using SciCoT.Models.T5;
using static TorchSharp.torch;

namespace SciCoT.Models.Layers;

/// <summary>T5's relative position buckets as a tensor.</summary>
internal static class RelativePositionTable
{
    /// <summary>The buckets for each pair of positions.</summary>
    /// <returns><c>[query, key]</c>, int64.</returns>
    public static Tensor Buckets(int queries, int keys, bool bidirectional, int buckets, int maxDistance, Device device)
    {
        // Only the distance matters: one line of buckets, laid out once for each query.
        var line = new long[queries + keys - 1];
        for (int i = 0; i < line.Length; i++)
            line[i] = RelativePosition.Bucket(i - (queries - 1), bidirectional, buckets, maxDistance);

        var table = new long[queries * keys];
        for (int query = 0; query < queries; query++)
            Array.Copy(line, queries - 1 - query, table, query * keys, keys);
        return tensor(table, [queries, keys], device: device);
    }
}
