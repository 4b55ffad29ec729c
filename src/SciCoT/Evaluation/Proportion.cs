namespace SciCoT.Evaluation;

/// <summary>Statistics of a proportion, such as an accuracy.</summary>
internal static class Proportion
{
    private const double NormalQuantile975 = 1.959963984540054;

    /// <summary>
    /// The Wilson score interval at 95 % (E. B. Wilson, JASA 22, 1927), which stays within 0 and 1 and is right for small
    /// counts too. It takes trials as independent; for questions that come in groups see <see cref="ClusterBootstrap"/>.
    /// </summary>
    /// <param name="successes">How many trials succeeded.</param>
    /// <param name="trials">How many there were; with none the interval is from 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or there are more successes than trials.</exception>
    public static Interval Wilson(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        if (trials == 0)
            return new(0, 1);

        double n = trials, p = successes / n;
        const double z = NormalQuantile975, z2 = z * z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        // At 0 and n successes one end is exact; rounding must not move it.
        return new(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    /// <summary>
    /// The standard error of the proportion from the sample's standard deviation, √(p (1 − p) / (n − 1)), as
    /// lm-evaluation-harness reports it; 0 for a single trial.
    /// </summary>
    /// <param name="successes">How many trials succeeded.</param>
    /// <param name="trials">How many there were, at least one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or there are more successes than trials or no trials.</exception>
    public static double StandardError(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        double p = (double)successes / trials;
        return trials == 1 ? 0 : Math.Sqrt(p * (1 - p) / (trials - 1));
    }
}
