using SciCoT.Budgets;
using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>
/// A limit of tokens, of money or of both. When it is reached no further call is begun, the annotation ends, and what came is
/// kept; a run with a larger budget continues.
/// </summary>
/// <remarks>
/// <para>A call reserves its estimate before it starts, made from the replies so far, and is charged what it took. Where the budget
/// has room for some calls only, the others wait until those are charged. So the budget is overrun by no more than the estimates of
/// the calls under way are wrong, and as it nears its end fewer and fewer calls are under way.</para>
/// <para>Where the length of replies is limited (<see cref="ChatClientTeacherOptions.MaxOutputTokens"/>), the calls under way could all
/// reach their limit and overrun the budget by a tenth at most, unless one call alone takes more than that. Without a limit the latest
/// replies tell how much those under way may take together: calls at the same time overrun the budget by more than a tenth hardly more often
/// than calls one after the other do. A single reply that takes more than a tenth of the budget may do so.</para>
/// <para>A call that times out or breaks off is charged as a usual one, or as its time suggests: the service may have written on.</para>
/// <para>Safe for concurrent callers; several teachers may share one.</para>
/// </remarks>
/// <include file="Examples.xml" path="examples/TeacherBudget/example"/>
public sealed class TeacherBudget
{
    private readonly Lock _lock = new();
    private readonly BudgetLimit _tokens = new();
    private readonly BudgetLimit _cost = new();
    private readonly HashSet<BudgetReservation> _underWay = [];
    private readonly HashSet<int> _refused = [];
    private string? _unpriced;
    private long? _mostInput;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes a budget that nothing is spent of.</summary>
    public TeacherBudget()
    {
    }

    /// <summary>The limit of tokens, read and written together.</summary>
    /// <value>The default is <see langword="null"/>: none.</value>
    public long? MaxTokens
    {
        get => (long?)_tokens.Max;
        init
        {
            if (value is { } given)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, nameof(MaxTokens));
            _tokens.Max = value;
        }
    }

    /// <summary>The limit of money, in the currency of <see cref="Prices"/>.</summary>
    /// <value>The default is <see langword="null"/>: none.</value>
    public decimal? MaxCost
    {
        get => _cost.Max;
        init
        {
            if (value is { } given)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, nameof(MaxCost));
            _cost.Max = value;
        }
    }

    /// <summary>Prices by model. A name stands for its dated versions too, <see cref="ModelPrice.AnyModel"/> for all others. With <see cref="MaxCost"/>, a reply of a model without a price is the last one.</summary>
    /// <value>The default is empty.</value>
    public IReadOnlyDictionary<string, ModelPrice> Prices { get; init; } = new Dictionary<string, ModelPrice>();

    /// <summary>How many tokens a reply is charged where the service does not tell, read and written each.</summary>
    /// <value>The default is 1000.</value>
    public long AssumedTokens { get; init; } = 1000;

    /// <summary>Tokens spent so far.</summary>
    public long SpentTokens
    {
        get
        {
            lock (_lock)
                return (long)Math.Ceiling(_tokens.Spent);
        }
    }

    /// <summary>Money spent so far, on models that have a price.</summary>
    public decimal SpentCost
    {
        get
        {
            // A decimal is written in parts.
            lock (_lock)
                return _cost.Spent;
        }
    }

    /// <summary>Charges what a store's records cost, so that the budget is that of the whole store and not of one run.</summary>
    /// <param name="store">The store.</param>
    /// <param name="teacher">Whose records count; by default everybody's.</param>
    /// <param name="cancellationToken">Stops before the next record.</param>
    public async Task ChargeAsync(IRationaleStore store, string? teacher = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (teacher is not null && record.Teacher != teacher)
                continue;

            // Rationales that people wrote have neither.
            if (record.Model is not null || record.InputTokens is not null || record.OutputTokens is not null)
                Charge(record.Model, record.InputTokens, record.OutputTokens);
        }
    }

    internal void Charge(string? model, long? inputTokens, long? outputTokens)
    {
        lock (_lock)
            ChargeLocked(null, model, inputTokens, outputTokens);
    }

    /// <summary>Reserves what a call will presumably take; waits where the calls under way may leave room for it.</summary>
    /// <param name="time">The clock by which the call lasts.</param>
    /// <param name="maxOutputTokens">The limit of the reply's length, where the service is given one.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="BudgetExhaustedException">There is no room for a further call.</exception>
    internal async Task<BudgetReservation> ReserveAsync(TimeProvider time, int? maxOutputTokens, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                ThrowIfSpent();
                var wanted = new BudgetReservation(time, maxOutputTokens);
                if (!_refused.Contains(Key(maxOutputTokens)) && Fits(wanted))
                {
                    _underWay.Add(wanted);
                    return wanted;
                }

                if (_underWay.Count == 0)
                    ThrowNoRoom();
                _refused.Add(Key(maxOutputTokens)); // until a call ends there will be no more room, whoever asks
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Charges what a call took in place of what was reserved for it.</summary>
    internal void Settle(BudgetReservation reserved, string? model, long? inputTokens, long? outputTokens)
    {
        lock (_lock)
        {
            ChargeLocked(reserved.Seconds, model, inputTokens, outputTokens);
            ReleaseLocked(reserved);
        }
    }

    /// <summary>Gives back what was reserved for a call without a reply.</summary>
    /// <param name="reserved">What was reserved.</param>
    /// <param name="isLost">Whether the service may have been at work; then the call is charged as a usual one, or as its time suggests.</param>
    internal void Release(BudgetReservation reserved, bool isLost)
    {
        lock (_lock)
        {
            if (isLost)
            {
                _tokens.ChargeUnknown(reserved.Seconds, 2 * AssumedTokens);
                _cost.ChargeUnknown(reserved.Seconds, AssumedCost());
            }

            ReleaseLocked(reserved);
        }
    }

    private void ReleaseLocked(BudgetReservation reserved)
    {
        _underWay.Remove(reserved);
        _refused.Clear();
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private void ChargeLocked(decimal? seconds, string? model, long? inputTokens, long? outputTokens)
    {
        var (input, output) = (inputTokens ?? AssumedTokens, outputTokens ?? AssumedTokens);
        var price = ModelPrice.Find(Prices, model);
        _mostInput = Math.Max(_mostInput ?? 0, input);
        _tokens.Charge(input + output, seconds);
        if (price is null)
            _unpriced ??= model ?? "without a name";
        else
            _cost.Charge(price.Of(input, output), seconds);
    }

    private static int Key(int? maxOutputTokens) => maxOutputTokens ?? -1;

    /// <summary>Whether a call may begin: alone where the usual one fits, and beside others where all of them may take much more than usual.</summary>
    private bool Fits(BudgetReservation wanted)
    {
        if (_underWay.Count == 0)
            return _tokens.HasRoomForOne && _cost.HasRoomForOne;
        long input = _mostInput ?? AssumedTokens;
        return _tokens.HasRoomFor(Calls(output => input + output), 2 * AssumedTokens) && _cost.HasRoomFor(Calls(output => Dearest(input, output)), AssumedCost());

        IEnumerable<(decimal, decimal?)> Calls(Func<int, decimal?> most) => _underWay.Append(wanted).Select(call => (call.Seconds, call.MaxOutputTokens is { } output ? most(output) : null));
    }

    private decimal? Dearest(long input, long output) => Prices.Count == 0 ? null : Prices.Values.Max(price => price.Of(input, output));

    private decimal AssumedCost() => Dearest(AssumedTokens, AssumedTokens) ?? MaxCost ?? 0;

    private void ThrowIfSpent()
    {
        if (_tokens.IsSpent || _cost.IsSpent)
            ThrowNoRoom();
        if (MaxCost is not null && _unpriced is not null)
            throw new BudgetExhaustedException($"The model '{_unpriced}' replied, which has no price, so the budget cannot be kept. Add its price and start again.");
    }

    /// <exception cref="BudgetExhaustedException">Always.</exception>
    private void ThrowNoRoom()
    {
        bool isTokens = _tokens.IsSpent || !_tokens.HasRoomForOne;
        var (limit, spent, mean) = isTokens
            ? (FormattableString.Invariant($"{MaxTokens} tokens"), FormattableString.Invariant($"{_tokens.Spent:0}"), _tokens.Mean)
            : (FormattableString.Invariant($"{MaxCost}"), FormattableString.Invariant($"{_cost.Spent}"), _cost.Mean);
        throw new BudgetExhaustedException(FormattableString.Invariant(
            $"The budget of {limit} is spent ({spent}{(mean is { } next ? FormattableString.Invariant($"; a reply takes {next:0.######} on average") : "")}). Start again with a larger one to continue."));
    }
}
