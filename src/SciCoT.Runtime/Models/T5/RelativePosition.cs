namespace SciCoT.Models.T5;

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
}
