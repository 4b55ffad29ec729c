namespace SciCoT.Budgets;

/// <summary>
/// What several calls under way take together at the most, but for a small probability, judged by the latest calls that ended. For use
/// under its owner's lock.
/// </summary>
/// <remarks>
/// Chernoff's bound over the distribution of Kaplan and Meier: replies that are long are under way longest, so that those that ended are the
/// short ones, and a call that has lasted a time is compared only with those that lasted longer. The share of the distribution
/// that lies beyond all that ended stands for replies longer than any that was seen.
/// </remarks>
/// <param name="scale">The order of the sums that are to be told apart: the budget.</param>
internal sealed class CallTail(double scale)
{
    /// <summary>So many calls are remembered.</summary>
    private const int Window = 256;

    private const int Exponents = 14;

    /// <summary>Beyond this, powers of e are too large for the sums.</summary>
    private const double LargestPower = 600;

    /// <summary>The natural logarithm of the probability's inverse: one in 1,800.</summary>
    private const double Rarity = 7.5;

    /// <summary>What a reply longer than any that was seen is thought to take: in longest ones, in means, and in what usual calls take in the time that it has lasted.</summary>
    private const double UnseenMost = 1.5, UnseenMeans = 30, UnseenAge = 2;

    private readonly Queue<(double Amount, double? Seconds)> _latest = [];

    /// <summary>Whether a call has ended yet.</summary>
    public bool IsKnown => _latest.Count > 0;

    /// <summary>A call ended.</summary>
    /// <param name="amount">What it took.</param>
    /// <param name="seconds">How long it lasted; <see langword="null"/> where that is not known.</param>
    public void Add(double amount, double? seconds)
    {
        if (_latest.Count == Window)
            _latest.Dequeue();
        _latest.Enqueue((amount, seconds));
    }

    /// <summary>What calls take together at the most.</summary>
    /// <param name="ages">How many seconds each call has lasted.</param>
    public double Of(IReadOnlyCollection<double> ages)
    {
        double mean = _latest.Average(call => call.Amount), most = _latest.Max(call => call.Amount);
        double seconds = _latest.Sum(call => call.Seconds ?? 0), timed = _latest.Sum(call => call.Seconds is null ? 0 : call.Amount);
        double pace = seconds > 0 ? timed / seconds : 0;
        var ended = _latest.Select(call => (call.Amount, Seconds: call.Seconds ?? (pace > 0 ? call.Amount / pace : double.PositiveInfinity))).OrderBy(call => call.Seconds).ToArray();
        double[] underWay = [.. ages.Order()];
        var (weights, beyond) = SharesOfEnded(ended, underWay);
        var calls = underWay.Select(age => (Place: FirstLongerThan(ended, age), Unseen: Math.Max(Math.Max(UnseenMost * most, UnseenMeans * mean), UnseenAge * pace * age))).ToArray();

        double least = double.PositiveInfinity;
        var (sums, shares) = (new double[ended.Length + 1], new double[ended.Length + 1]);
        for (int j = 0; j < Exponents; j++)
        {
            double exponent = (2 << j) / scale, sum = Rarity;
            if (exponent * calls[^1].Unseen > LargestPower)
                break;
            (sums[^1], shares[^1]) = (0, beyond);
            for (int place = ended.Length - 1; place >= 0; place--)
            {
                sums[place] = sums[place + 1] + (weights[place] * Math.Exp(exponent * ended[place].Amount));
                shares[place] = shares[place + 1] + weights[place];
            }

            foreach (var (place, unseen) in calls)
                sum += Math.Log((sums[place] + (beyond * Math.Exp(exponent * unseen))) / shares[place]);
            least = Math.Min(least, sum / exponent);
        }

        return least;
    }

    /// <summary>The probability of each call that ended, and of what lies beyond them, where the calls under way have not ended yet.</summary>
    private static (double[] Weights, double Beyond) SharesOfEnded((double Amount, double Seconds)[] ended, double[] underWay)
    {
        var weights = new double[ended.Length];
        double left = 1;
        int younger = 0;
        for (int i = 0; i < ended.Length; i++)
        {
            while (younger < underWay.Length && underWay[younger] < ended[i].Seconds)
                younger++;
            weights[i] = left / (ended.Length - i + (underWay.Length - younger) + 1);
            left -= weights[i];
        }

        return (weights, left);
    }

    private static int FirstLongerThan((double Amount, double Seconds)[] ended, double age)
    {
        int low = 0, high = ended.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (ended[middle].Seconds > age)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }
}
