namespace SciCoT.Budgets;

/// <summary>One quantity of a budget, tokens or money: its limit, what is spent, and what calls under way may take. For use under the budget's lock.</summary>
internal sealed class BudgetLimit
{
    /// <summary>So many times their estimate must the calls under way be able to take together.</summary>
    private const int Doubt = 2;

    /// <summary>A call that has lasted a time may take so many times what usual calls take in it: long replies are under way longest, so those that ended are the short ones.</summary>
    private const int AgeDoubt = 4;

    /// <summary>Where the calls under way took their most together, the budget is overrun by a tenth.</summary>
    private const decimal Tolerance = 1.1m;

    /// <summary>The limit; <see langword="null"/> for none.</summary>
    public decimal? Max
    {
        get;
        set
        {
            field = value;
            _tail = value is { } max ? new((double)max) : null;
        }
    }

    public decimal Spent { get; private set; }

    /// <summary>What a call takes on average; <see langword="null"/> before the first has ended.</summary>
    public decimal? Mean => _ofACall.Mean;

    private readonly CallEstimate _ofACall = new();
    private readonly CallEstimate _seconds = new();
    private CallTail? _tail;

    /// <summary>Whether the usual call fits.</summary>
    public bool HasRoomForOne => !(Spent + Mean > Max);

    public bool IsSpent => Spent >= Max;

    /// <summary>A call ended that took an amount.</summary>
    /// <param name="amount">What it took.</param>
    /// <param name="seconds">How long it lasted, where that is known.</param>
    public void Charge(decimal amount, decimal? seconds)
    {
        Spent += amount;
        _ofACall.Add(amount);
        if (seconds is { } lasted)
            _seconds.Add(lasted);
        _tail?.Add((double)amount, (double?)seconds);
    }

    /// <summary>A call ended without telling what it took.</summary>
    /// <param name="seconds">How long it lasted.</param>
    /// <param name="assumed">What is assumed before the first reply.</param>
    public void ChargeUnknown(decimal seconds, decimal assumed) => Spent += Math.Max(Mean ?? assumed, ByAge(seconds));

    /// <summary>Whether a further call fits beside others.</summary>
    /// <param name="calls">The calls under way and the further one: how long each has lasted, and the most that it can take where its output is limited.</param>
    /// <param name="assumed">What a call is assumed to take before the first reply.</param>
    public bool HasRoomFor(IEnumerable<(decimal Seconds, decimal? Most)> calls, decimal assumed)
    {
        if (Max is not { } max)
            return true;
        decimal usual = _ofACall.Upper ?? assumed;
        decimal expected = 0, most = 0;
        var unlimited = new List<double>();
        foreach (var (seconds, limit) in calls)
        {
            decimal taken = Math.Max(usual, AgeDoubt * ByAge(seconds));
            expected += limit is { } bound ? Math.Min(taken, Math.Max(bound, usual)) : taken;
            if (limit is { } known)
                most += Math.Max(known, usual);
            else if (_tail!.IsKnown)
                unlimited.Add((double)seconds);
            else
                most += usual;
        }

        decimal room = (Tolerance * max) - Spent - most;
        return Spent + (Doubt * expected) <= max && room >= 0 && (unlimited.Count == 0 || _tail!.Of(unlimited) <= (double)room);
    }

    /// <summary>What usual calls take in a time.</summary>
    private decimal ByAge(decimal seconds) => Mean is { } mean && _seconds.Mean is > 0 and var lasted ? mean / lasted * seconds : 0;
}
