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
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The level lies between 0 and 1, for example 0.95.");

        var groups = outcomes
            .GroupBy(outcome => outcome.Group, StringComparer.Ordinal)
            .Select(group => (Count: group.Count(), Correct: group.Count(outcome => outcome.IsCorrect)))
            .ToArray();
        if (groups.Length == 0)
            throw new ArgumentException("There are no outcomes to draw from.", nameof(outcomes));

        var random = new Random(seed);
        var accuracies = new double[resamples];
        for (int i = 0; i < resamples; i++)
        {
            long count = 0, correct = 0;
            for (int draw = 0; draw < groups.Length; draw++)
            {
                var group = groups[random.Next(groups.Length)];
                count += group.Count;
                correct += group.Correct;
            }

            accuracies[i] = (double)correct / count;
        }

        Array.Sort(accuracies);
        double outside = (1 - confidence) / 2;
        return new(Quantile(accuracies, outside), Quantile(accuracies, 1 - outside));
    }

    /// <summary>The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996).</summary>
    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}
