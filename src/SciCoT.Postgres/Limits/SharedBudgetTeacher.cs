using SciCoT.Budgets;
using SciCoT.Postgres.Database;
using SciCoT.Teaching;

namespace SciCoT.Postgres.Limits;

/// <summary>Begins a call only where a budget that is kept in the database has room for it.</summary>
internal sealed class SharedBudgetTeacher(ITeacherPrompter innerTeacher, PostgresRationaleStore store, BudgetRows rows, string name, TeacherBudget budget) : DelegatingTeacher(innerTeacher)
{
    /// <summary>So many times what few calls take is reserved for each, as in a budget of one process.</summary>
    private const decimal Doubt = 2;

    /// <summary>No limit: more than any budget, and little enough to add to.</summary>
    private const decimal Unlimited = 1e18m;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly CallEstimate _tokens = new(), _cost = new();
    private readonly SemaphoreSlim _opening = new(1);
    private volatile bool _isOpen;
    private volatile string? _unpriced;

    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var id = await ReserveAsync(cancellationToken).ConfigureAwait(false);
        TeacherReply reply;
        try
        {
            reply = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // A call that may have been paid for is charged as a usual one.
            await rows.SettleAsync(name, id, TeacherFault.MayHaveCost(e) ? Usual() : default).ConfigureAwait(false);
            throw;
        }

        await rows.SettleAsync(name, id, Learn(reply.Model, reply.InputTokens, reply.OutputTokens)).ConfigureAwait(false);
        return reply;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _opening.Dispose();
    }

    /// <summary>What the store's records took is spent: also that of workers that did not share the budget.</summary>
    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
            return;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isOpen)
                return;
            var stored = default(Amount);
            await foreach (var record in store.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (record.Teacher == name && (record.Model is not null || record.InputTokens is not null || record.OutputTokens is not null))
                {
                    var taken = Learn(record.Model, record.InputTokens, record.OutputTokens);
                    stored = new(stored.Tokens + taken.Tokens, stored.Cost + taken.Cost);
                }
            }

            await rows.OpenAsync(name, stored, cancellationToken).ConfigureAwait(false);
            _isOpen = true;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<Guid> ReserveAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var limit = new Amount(budget.MaxTokens ?? Unlimited, budget.MaxCost ?? Unlimited);
        while (true)
        {
            if (budget.MaxCost is not null && _unpriced is { } model)
                throw new BudgetExhaustedException($"The model '{model}' replied, which has no price, so the budget cannot be kept. Add its price and start again.");
            var reserved = await rows.ReserveAsync(name, id, Upper(), Mean(), limit, cancellationToken).ConfigureAwait(false);
            if (reserved.IsMade)
                return id;
            bool isSpent = reserved.Spent.Tokens >= limit.Tokens || reserved.Spent.Cost >= limit.Cost;
            if (isSpent || !reserved.OthersAreUnderWay)
            {
                throw new BudgetExhaustedException(FormattableString.Invariant(
                    $"The budget '{name}' of {Limits()}, which workers share in {store.Name}, is spent ({reserved.Spent.Tokens:0} tokens, cost {reserved.Spent.Cost:0.####}). Start again with a larger one to continue."));
            }

            await Task.Delay(Wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private string Limits() => string.Join(" and ", new[]
    {
        budget.MaxTokens is { } tokens ? FormattableString.Invariant($"{tokens} tokens") : null,
        budget.MaxCost is { } cost ? FormattableString.Invariant($"cost {cost}") : null,
    }.OfType<string>());

    private Amount Learn(string? model, long? inputTokens, long? outputTokens)
    {
        var (input, output) = (inputTokens ?? budget.AssumedTokens, outputTokens ?? budget.AssumedTokens);
        var price = ModelPrice.Find(budget.Prices, model);
        if (price is null)
            _unpriced ??= model ?? "without a name";
        var taken = new Amount(input + output, price?.Of(input, output) ?? 0);
        lock (_lock)
        {
            _tokens.Add(taken.Tokens);
            _cost.Add(taken.Cost);
        }

        return taken;
    }

    /// <summary>What a call takes on average. Nothing before the first has ended: alone, it may go ahead.</summary>
    private Amount Mean()
    {
        lock (_lock)
            return new(_tokens.Mean ?? 0, _cost.Mean ?? 0);
    }

    /// <summary>What a call that ended without telling is charged.</summary>
    private Amount Usual()
    {
        lock (_lock)
            return new(_tokens.Mean ?? (2 * budget.AssumedTokens), _cost.Mean ?? AssumedCost());
    }

    private Amount Upper()
    {
        lock (_lock)
            return new(Doubt * (_tokens.Upper ?? (2 * budget.AssumedTokens)), Doubt * (_cost.Upper ?? AssumedCost()));
    }

    private decimal AssumedCost() => budget.Prices.Count == 0 ? 0 : budget.Prices.Values.Max(price => price.Of(budget.AssumedTokens, budget.AssumedTokens));
}
