using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>
/// A limit of tokens, of money or of both. When it is reached no further call is begun, the annotation ends, and what came is
/// kept; a run with a larger budget continues. Calls that are under way then may overrun it.
/// </summary>
/// <remarks>Safe for concurrent callers; several teachers may share one.</remarks>
public sealed class TeacherBudget
{
    private readonly Lock _lock = new();
    private readonly long? _maxTokens;
    private readonly decimal? _maxCost;
    private string? _unpriced;

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
    public long SpentTokens { get; private set; }

    /// <summary>Money spent so far, on models that have a price.</summary>
    public decimal SpentCost { get; private set; }

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
        var (input, output) = (inputTokens ?? AssumedTokens, outputTokens ?? AssumedTokens);
        var price = ModelPrice.Find(Prices, model);
        lock (_lock)
        {
            SpentTokens += input + output;
            SpentCost += price?.Of(input, output) ?? 0;
            if (price is null)
                _unpriced ??= model ?? "without a name";
        }
    }

    /// <summary>Refuses a further call when the limit is reached.</summary>
    internal void EnsureOpen()
    {
        lock (_lock)
        {
            if (SpentTokens >= MaxTokens)
                throw new BudgetExhaustedException($"The budget of {MaxTokens} tokens is spent ({SpentTokens}). Start again with a larger one to continue.");
            if (SpentCost >= MaxCost)
                throw new BudgetExhaustedException(FormattableString.Invariant($"The budget of {MaxCost} is spent ({SpentCost}). Start again with a larger one to continue."));
            if (MaxCost is not null && _unpriced is not null)
                throw new BudgetExhaustedException($"The model '{_unpriced}' replied, which has no price, so the budget cannot be kept. Add its price and start again.");
        }
    }
}
