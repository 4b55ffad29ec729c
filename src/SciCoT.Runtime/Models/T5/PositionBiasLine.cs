using SciCoT.Compute;

namespace SciCoT.Models.T5;

/// <summary>A stack's position bias, by distance: one value per head and distance. Each query uses a contiguous slice.</summary>
internal sealed unsafe class PositionBiasLine : IDisposable
{
    private readonly NativeBuffer _line; // [heads, distances]
    private readonly int _distances;
    private readonly int _first;

    /// <param name="table">The biases of the buckets, <c>[buckets, heads]</c>, float32.</param>
    /// <param name="config">The shape.</param>
    /// <param name="bidirectional">Whether keys may lie after the query.</param>
    /// <param name="length">Positions that queries and keys may have.</param>
    public PositionBiasLine(in Matrix table, T5Config config, bool bidirectional, int length)
    {
        // Place i holds the distance i − (length − 1) from the query to the key.
        _first = length - 1;
        _distances = bidirectional ? (2 * length) - 1 : length;
        int heads = config.Heads;
        _line = new NativeBuffer((long)heads * _distances);
        for (int i = 0; i < _distances; i++)
        {
            int bucket = RelativePosition.Bucket(i - _first, bidirectional, config.RelativeAttentionBuckets, config.RelativeAttentionMaxDistance);
            for (int head = 0; head < heads; head++)
                _line.Pointer[((long)head * _distances) + i] = ((float*)table.Data)[((long)bucket * heads) + head];
        }
    }

    /// <summary>The lines of a stack: one for all its blocks, or one for each.</summary>
    public static PositionBiasLine[] Of(T5Weights.Stack stack, T5Config config, bool bidirectional, int length) =>
        [.. stack.PositionBiases.Select(table => new PositionBiasLine(table, config, bidirectional, length))];

    /// <summary>Frees the lines of a stack.</summary>
    public static void Dispose(PositionBiasLine[] lines)
    {
        foreach (var line in lines)
            line.Dispose();
    }

    /// <summary>The biases of a query for the keys from position 0 on.</summary>
    public float* For(int head, int query) => _line.Pointer + ((long)head * _distances) + _first - query;

    public void Dispose() => _line.Dispose();
}
