namespace SciCoT.Evaluation;

/// <summary>Quantiles of numbers.</summary>
internal static class Quantiles
{
    /// <summary>The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996; numpy's default).</summary>
    /// <param name="sorted">At least one number, in ascending order.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Of(IReadOnlyList<double> sorted, double share)
    {
        double position = share * (sorted.Count - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
