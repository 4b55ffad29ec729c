namespace SciCoT.Evaluation;

/// <summary>
/// The bootstrap for two systems that answered the same questions: questions are drawn together with both answers (Efron and
/// Tibshirani, An Introduction to the Bootstrap, 1993; Koehn, EMNLP 2004).
/// </summary>
internal static class PairedBootstrap
{
    /// <summary>The mean difference between two systems.</summary>
    /// <param name="pairs">For each question its group, which is drawn as a whole, and what each system scored.</param>
    /// <param name="seed">The seed of the draws; the same seed and pairs give the same result.</param>
    /// <param name="resamples">How often the groups are drawn anew; 10,000 by default.</param>
    /// <param name="confidence">The interval's level, between 0 and 1; 0.95 by default.</param>
    /// <exception cref="ArgumentException">There are no pairs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of resamples is not positive, or the level not between 0 and 1.</exception>
    public static PairedDifference Difference(
        IEnumerable<(string Group, double First, double Second)> pairs,
        int seed,
        int resamples = 10_000,
        double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        (string Group, double Value)[] differences = [.. pairs.Select(pair => (pair.Group, pair.First - pair.Second))];
        var means = ClusterBootstrap.Means(differences, seed, resamples);
        // How often the difference vanishes or turns round; with one more, since the sample itself is a draw too.
        int notAbove = means.Count(mean => mean <= 0), notBelow = means.Count(mean => mean >= 0);
        double p = Math.Min(1, 2.0 * (Math.Min(notAbove, notBelow) + 1) / (resamples + 1));
        return new(differences.Average(pair => pair.Value), ClusterBootstrap.Percentiles(means, confidence), p);
    }
}

/// <summary>The difference in accuracy of two systems.</summary>
/// <param name="Difference">The mean of the first system less that of the second.</param>
/// <param name="Interval">The difference's percentile interval.</param>
/// <param name="PValue">The two-sided p-value; it is never below 2 / (resamples + 1).</param>
public sealed record PairedDifference(double Difference, Interval Interval, double PValue);
