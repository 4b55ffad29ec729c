namespace SciCoT.Evaluation;

/// <summary>Tails of distributions, for one-sided tests.</summary>
internal static class Tails
{
    /// <summary>The chance that a standard normal number is above a value.</summary>
    public static double Normal(double value)
    {
        double x = Math.Abs(value), density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        double upper;
        if (x < 5)
        {
            double sum = x, term = x;
            for (int i = 3; term > sum * 1e-17; i += 2)
                sum += term *= x * x / i;
            upper = 0.5 - (density * sum);
        }
        else
        {
            // Laplace's continued fraction, from its end.
            double fraction = x;
            for (int i = 100; i >= 1; i--)
                fraction = x + (i / fraction);
            upper = double.IsInfinity(x) ? 0 : density / fraction;
        }

        return value >= 0 ? upper : 1 - upper;
    }

    /// <summary>The chance of as many successes or more in independent trials.</summary>
    /// <param name="successes">The least number of successes that counts.</param>
    /// <param name="trials">How many trials there are.</param>
    /// <param name="chance">The chance of one success, from 0 to 1.</param>
    public static double Binomial(int successes, int trials, double chance)
    {
        if (successes <= 0)
            return 1;
        if (successes > trials || chance <= 0)
            return 0;
        if (chance >= 1)
            return 1;
        // Each sum begins with its largest term, so that nothing overflows.
        return successes > trials * chance
            ? Sum(successes, k => (double)(trials - k) / (k + 1) * chance / (1 - chance), 1)
            : 1 - Sum(successes - 1, k => (double)k / (trials - k + 1) * (1 - chance) / chance, -1);

        double Sum(int first, Func<int, double> ratio, int step)
        {
            double log = (first * Math.Log(chance)) + ((trials - first) * Math.Log(1 - chance));
            for (int i = 1; i <= Math.Min(first, trials - first); i++)
                log += Math.Log((double)(trials - Math.Min(first, trials - first) + i) / i);
            double sum = 0, term = 1;
            for (int k = first; k >= 0 && k <= trials && term > sum * 1e-18; k += step)
            {
                sum += term;
                term *= ratio(k);
            }

            return Math.Min(1, sum * Math.Exp(log));
        }
    }
}
