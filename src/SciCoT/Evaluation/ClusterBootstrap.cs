using SciCoT.Compute;

namespace SciCoT.Evaluation;

/// <summary>
/// Bootstrap intervals for questions that come in groups, such as those on one passage or from one exam: whole groups are
/// drawn, since answers within a group are not independent (Field and Welsh, J. R. Stat. Soc. B 69, 2007).
/// </summary>
public static class ClusterBootstrap
{
    /// <summary>The percentile interval of the accuracy.</summary>
    /// <param name="outcomes">For each question its group and whether it was answered rightly.</param>
    /// <param name="seed">The seed of the draws; the same seed and outcomes give the same interval.</param>
    /// <param name="resamples">How often the groups are drawn anew; 10,000 by default.</param>
    /// <param name="confidence">The interval's level, between 0 and 1; 0.95 by default.</param>
    /// <exception cref="ArgumentException">There are no outcomes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of resamples is not positive, or the level not between 0 and 1.</exception>
    public static Interval Accuracy(IEnumerable<(string Group, bool IsCorrect)> outcomes, int seed, int resamples = 10_000, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return Mean(outcomes.Select(outcome => (outcome.Group, outcome.IsCorrect ? 1.0 : 0.0)), seed, resamples, confidence);
    }

    /// <summary>The percentile interval of a mean.</summary>
    /// <param name="values">For each question its group and the value to average.</param>
    /// <param name="seed">The seed of the draws; the same seed and values give the same interval.</param>
    /// <param name="resamples">How often the groups are drawn anew; 10,000 by default.</param>
    /// <param name="confidence">The interval's level, between 0 and 1; 0.95 by default.</param>
    /// <exception cref="ArgumentException">There are no values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of resamples is not positive, or the level not between 0 and 1.</exception>
    public static Interval Mean(IEnumerable<(string Group, double Value)> values, int seed, int resamples = 10_000, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(values);
        var means = Means(values, seed, resamples);
        return Percentiles(means, confidence);
    }

    /// <summary>The means of the resampled groups, in ascending order.</summary>
    internal static double[] Means(IEnumerable<(string Group, double Value)> values, int seed, int resamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var groups = values
            .GroupBy(value => value.Group, StringComparer.Ordinal)
            .Select(group => (Count: group.Count(), Sum: group.Sum(value => value.Value)))
            .ToArray();
        if (groups.Length == 0)
            throw new ArgumentException("There are no outcomes to draw from.", nameof(values));

        var random = SplitMix64.ForStream(seed, 0);
        var means = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            long count = 0;
            double sum = 0;
            for (int draw = 0; draw < groups.Length; draw++)
            {
                var group = groups[random.Next(groups.Length)];
                count += group.Count;
                sum += group.Sum;
            }

            means[i] = sum / count;
        }

        Array.Sort(means);
        return means;
    }

    internal static Interval Percentiles(double[] sorted, double confidence)
    {
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The level lies between 0 and 1, for example 0.95.");
        double outside = (1 - confidence) / 2;
        return new(Quantiles.Of(sorted, outside), Quantiles.Of(sorted, 1 - outside));
    }
}
