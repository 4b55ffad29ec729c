namespace SciCoT.Evaluation;

/// <summary>How a quantity such as the latency is spread over the questions.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Median">The 50th percentile.</param>
/// <param name="P90">The 90th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
/// <param name="Max">The largest value.</param>
internal sealed record Distribution(double Mean, double Median, double P90, double P99, double Max)
{
    /// <summary>Summarises values; <see langword="null"/> when there are none.</summary>
    /// <param name="values">The values; those that were not measured are left out.</param>
    public static Distribution? Of(IEnumerable<double?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] sorted = [.. values.OfType<double>().Order()];
        return sorted.Length == 0
            ? null
            : new(sorted.Average(), Quantiles.Of(sorted, 0.5), Quantiles.Of(sorted, 0.9), Quantiles.Of(sorted, 0.99), sorted[^1]);
    }
}
