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
/// <para>A call that times out or breaks off is charged its estimate: the service may have written on.</para>
/// <para>Safe for concurrent callers; several teachers may share one.</para>
/// </remarks>
public sealed class TeacherBudget
{
    private readonly Lock _lock = new();
    private readonly long? _maxTokens;
    private readonly decimal? _maxCost;
    private readonly CallEstimate _tokensOfACall = new();
    private readonly CallEstimate _costOfACall = new();
    private string? _unpriced;
    private long _spentTokens;
    private decimal _spentCost, _reservedTokens, _reservedCost;
    private int _underWay;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes a budget that nothing is spent of.</summary>
    public TeacherBudget()
    {
    }

    /// <summary>The limit of tokens, read and written together.</summary>
    /// <value>The default is <see langword="null"/>: none.</value>
    public long? MaxTokens
    {
        get => _maxTokens;
        init
        {
            if (value is { } given)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, nameof(MaxTokens));
            _maxTokens = value;
        }
    }

    /// <summary>The limit of money, in the currency of <see cref="Prices"/>.</summary>
    /// <value>The default is <see langword="null"/>: none.</value>
    public decimal? MaxCost
    {
        get => _maxCost;
        init
        {
            if (value is { } given)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given, nameof(MaxCost));
            _maxCost = value;
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
                return _spentTokens;
        }
    }

    /// <summary>Money spent so far, on models that have a price.</summary>
    public decimal SpentCost
    {
        get
        {
            // A decimal is written in parts.
            lock (_lock)
                return _spentCost;
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
            ChargeLocked(model, inputTokens, outputTokens);
    }

    /// <summary>Reserves what a call will presumably take; waits where the calls under way may leave room for it.</summary>
    /// <exception cref="BudgetExhaustedException">There is no room for a further call.</exception>
    internal async Task<BudgetReservation> ReserveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                ThrowIfSpent();
                var wanted = new BudgetReservation(
                    MaxTokens is null ? 0 : _tokensOfACall.Upper ?? (2 * AssumedTokens),
                    MaxCost is null ? 0 : _costOfACall.Upper ?? AssumedCost());
                if (Fits(wanted))
                {
                    _underWay++;
                    _reservedTokens += wanted.Tokens;
                    _reservedCost += wanted.Cost;
                    return wanted;
                }

                if (_underWay == 0)
                    ThrowNoRoom();
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
            ChargeLocked(model, inputTokens, outputTokens);
            ReleaseLocked(reserved);
        }
    }

    /// <summary>Gives back what was reserved for a call without a reply.</summary>
    /// <param name="reserved">What was reserved.</param>
    /// <param name="isLost">Whether the service may have been at work; then the call is charged as a usual one.</param>
    internal void Release(BudgetReservation reserved, bool isLost)
    {
        lock (_lock)
        {
            if (isLost)
            {
                _spentTokens += (long)Math.Ceiling(_tokensOfACall.Mean ?? (2 * AssumedTokens));
                _spentCost += _costOfACall.Mean ?? AssumedCost();
            }

            ReleaseLocked(reserved);
        }
    }

    private void ReleaseLocked(BudgetReservation reserved)
    {
        _underWay--;
        _reservedTokens -= reserved.Tokens;
        _reservedCost -= reserved.Cost;
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private void ChargeLocked(string? model, long? inputTokens, long? outputTokens)
    {
        var (input, output) = (inputTokens ?? AssumedTokens, outputTokens ?? AssumedTokens);
        var price = ModelPrice.Find(Prices, model);
        _spentTokens += input + output;
        _tokensOfACall.Add(input + output);
        if (price is null)
        {
            _unpriced ??= model ?? "without a name";
            return;
        }

        _spentCost += price.Of(input, output);
        _costOfACall.Add(price.Of(input, output));
    }

    /// <summary>
    /// Whether a call may begin: alone where its mean fits, and beside others where all of them may take twice the most that a
    /// call took lately.
    /// </summary>
    private bool Fits(BudgetReservation wanted) => _underWay == 0
        ? !(_spentTokens + _tokensOfACall.Mean > MaxTokens) && !(_spentCost + _costOfACall.Mean > MaxCost)
        : !(_spentTokens + (2 * (_reservedTokens + wanted.Tokens)) > MaxTokens) && !(_spentCost + (2 * (_reservedCost + wanted.Cost)) > MaxCost);

    private decimal AssumedCost() => Prices.Count == 0 ? MaxCost ?? 0 : Prices.Values.Max(price => price.Of(AssumedTokens, AssumedTokens));

    private void ThrowIfSpent()
    {
        if (_spentTokens >= MaxTokens || _spentCost >= MaxCost)
            ThrowNoRoom();
        if (MaxCost is not null && _unpriced is not null)
            throw new BudgetExhaustedException($"The model '{_unpriced}' replied, which has no price, so the budget cannot be kept. Add its price and start again.");
    }

    /// <exception cref="BudgetExhaustedException">Always.</exception>
    private void ThrowNoRoom()
    {
        bool isTokens = _spentTokens >= MaxTokens || _spentTokens + _tokensOfACall.Mean > MaxTokens;
        var (limit, spent, mean) = isTokens ? ($"{MaxTokens} tokens", $"{_spentTokens}", _tokensOfACall.Mean) : (FormattableString.Invariant($"{MaxCost}"), FormattableString.Invariant($"{_spentCost}"), _costOfACall.Mean);
        throw new BudgetExhaustedException(FormattableString.Invariant(
            $"The budget of {limit} is spent ({spent}{(mean is { } next ? FormattableString.Invariant($"; a reply takes {next:0.######} on average") : "")}). Start again with a larger one to continue."));
    }
}

/// <summary>What is set aside for a call under way.</summary>
internal readonly record struct BudgetReservation(decimal Tokens, decimal Cost);
