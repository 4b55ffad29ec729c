namespace SciCoT.Budgets;

/// <summary>What a call presumably takes, learned from those that have ended. For use under its owner's lock.</summary>
internal sealed class CallEstimate
{
    /// <summary>From so many calls on the latest count more: their number is about the weight's inverse.</summary>
    private const int Window = 20;

    /// <summary>How far the largest of the past sinks towards the mean with each call.</summary>
    private const decimal Forgetting = 0.02m;

    private int _count;
    private decimal _mean, _most;

    /// <summary>The mean of the latest calls; <see langword="null"/> before the first has ended.</summary>
    public decimal? Mean => _count == 0 ? null : _mean;

    /// <summary>What few of the latest calls took; <see langword="null"/> before the first has ended.</summary>
    public decimal? Upper => _count == 0 ? null : Math.Max(_most, _mean);

    /// <summary>A call ended.</summary>
    public void Add(decimal taken)
    {
        _count++;
        _mean += (taken - _mean) / Math.Min(_count, Window);
        _most = Math.Max(taken, _most - ((_most - _mean) * Forgetting));
    }
}
