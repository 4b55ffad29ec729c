namespace SciCoT.Evaluation;

/// <summary>McNemar's test for two systems that answered the same questions (Psychometrika 12, 1947), in its exact form.</summary>
public static class McNemar
{
    /// <summary>
    /// The two-sided p-value: if each question on which the systems differ were won by the toss of a fair coin, twice the
    /// chance that one side wins as few of them as it did or fewer; at most 1. Time grows with the smaller count.
    /// </summary>
    /// <param name="onlyFirst">How many questions only the first system answered rightly.</param>
    /// <param name="onlySecond">How many questions only the second system answered rightly.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static double ExactPValue(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        long n = (long)onlyFirst + onlySecond;
        int fewer = Math.Min(onlyFirst, onlySecond);

        // log C(n, fewer) - n log 2, the largest term of the tail; in logarithms, since 2^-n is 0 from n = 1075 on.
        double logLargest = -n * Math.Log(2);
        for (long i = 1; i <= fewer; i++)
            logLargest += Math.Log((double)(n - fewer + i) / i);

        // The tail in units of its largest term: C(n, k-1) / C(n, k) = k / (n - k + 1).
        double tail = 0, term = 1;
        for (long k = fewer; k >= 0 && term > 0; k--)
        {
            tail += term;
            term *= (double)k / (n - k + 1);
        }

        return Math.Min(1, 2 * tail * Math.Exp(logLargest));
    }
}
