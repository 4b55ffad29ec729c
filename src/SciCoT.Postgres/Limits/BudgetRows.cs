using Npgsql;
using SciCoT.Postgres.Database;

namespace SciCoT.Postgres.Limits;

/// <summary>The SQL of budgets that workers share: what is spent, and what calls under way may take.</summary>
internal sealed class BudgetRows(PostgresDatabase database)
{
    /// <summary>A call whose worker died is charged what was reserved for it, after longer than calls take.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromMinutes(15);

    private readonly string _budgets = $"{database.Schema}.budgets", _reservations = $"{database.Schema}.reservations";

    /// <summary>Makes the budget's row. What the store's records took is spent at least.</summary>
    public Task<int> OpenAsync(string name, Amount stored, CancellationToken cancellationToken) => database.RunAsync(
        "open the shared budget",
        async (connection, _, token) =>
        {
            await using var command = new NpgsqlCommand(
                $"INSERT INTO {_budgets} AS b (name, tokens, cost) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET tokens = greatest(b.tokens, excluded.tokens), cost = greatest(b.cost, excluded.cost)",
                connection)
            { Parameters = { Text(name), Number(stored.Tokens), Number(stored.Cost) } };
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>Reserves an amount where there is room for it.</summary>
    /// <param name="name">The budget.</param>
    /// <param name="id">The reservation.</param>
    /// <param name="wanted">What is reserved.</param>
    /// <param name="alone">What is enough where no other call is under way.</param>
    /// <param name="limit">The budget's limits, without one the largest number.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Reserved> ReserveAsync(string name, Guid id, Amount wanted, Amount alone, Amount limit, CancellationToken cancellationToken) => database.RunAsync(
        "reserve a call's share of the budget",
        async (connection, _, token) =>
        {
            // The first statement locks the budget's row, so that one reservation is made after another.
            await using var statements = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new($"SELECT 1 FROM {_budgets} WHERE name = $1 FOR UPDATE") { Parameters = { Text(name) } },
                    new(
                        $"""
                        WITH lost AS (DELETE FROM {_reservations} WHERE budget = $1 AND reserved_at < clock_timestamp() - $2 RETURNING tokens, cost)
                        UPDATE {_budgets} SET tokens = tokens + (SELECT sum(tokens) FROM lost), cost = cost + (SELECT sum(cost) FROM lost) WHERE name = $1 AND EXISTS (SELECT FROM lost)
                        """)
                    { Parameters = { Text(name), new NpgsqlParameter<TimeSpan> { TypedValue = Lost } } },
                    new(
                        $"""
                        INSERT INTO {_reservations} (id, budget, tokens, cost)
                        SELECT $2, $1, $3, $4 FROM {_budgets} b, (SELECT count(*) AS calls, coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost), 0) AS cost FROM {_reservations} WHERE budget = $1 AND id <> $2) r
                        WHERE b.name = $1 AND b.tokens < $7 AND b.cost < $8 AND CASE WHEN r.calls = 0
                            THEN b.tokens + $5 <= $7 AND b.cost + $6 <= $8
                            ELSE b.tokens + r.tokens + $3 <= $7 AND b.cost + r.cost + $4 <= $8 END
                        ON CONFLICT (id) DO NOTHING
                        """)
                    { Parameters = { Text(name), new NpgsqlParameter<Guid> { TypedValue = id }, Number(wanted.Tokens), Number(wanted.Cost), Number(alone.Tokens), Number(alone.Cost), Number(limit.Tokens), Number(limit.Cost) } },
                    new($"SELECT tokens, cost, (SELECT count(*) FROM {_reservations} WHERE budget = $1 AND id <> $2), EXISTS (SELECT FROM {_reservations} WHERE id = $2) FROM {_budgets} WHERE name = $1")
                    {
                        Parameters = { Text(name), new NpgsqlParameter<Guid> { TypedValue = id } },
                    },
                },
            };
            await using var reader = await statements.ExecuteReaderAsync(token).ConfigureAwait(false);
            await reader.NextResultAsync(token).ConfigureAwait(false);
            await reader.ReadAsync(token).ConfigureAwait(false);
            return new Reserved(reader.GetBoolean(3), new(reader.GetDecimal(0), reader.GetDecimal(1)), reader.GetInt64(2) > 0);
        },
        cancellationToken);

    /// <summary>Charges what a call took in place of what was reserved for it.</summary>
    public Task<bool> SettleAsync(string name, Guid id, Amount taken) => database.RunAsync(
        "charge a call to the budget",
        async (connection, _, token) =>
        {
            // A reservation that is gone was charged as lost, or by a try whose connection broke.
            await using var command = new NpgsqlCommand(
                $"WITH settled AS (DELETE FROM {_reservations} WHERE id = $2 RETURNING 1) UPDATE {_budgets} SET tokens = tokens + $3, cost = cost + $4 WHERE name = $1 AND EXISTS (SELECT FROM settled)", connection)
            { Parameters = { Text(name), new NpgsqlParameter<Guid> { TypedValue = id }, Number(taken.Tokens), Number(taken.Cost) } };
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) > 0;
        },
        CancellationToken.None);

    private static NpgsqlParameter Text(string text) => new NpgsqlParameter<string> { TypedValue = text };

    private static NpgsqlParameter Number(decimal number) => new NpgsqlParameter<decimal> { TypedValue = number };
}

/// <summary>Tokens and money.</summary>
internal readonly record struct Amount(decimal Tokens, decimal Cost);

/// <summary>What came of a reservation.</summary>
/// <param name="IsMade">Whether the call may begin.</param>
/// <param name="Spent">What is spent by all workers.</param>
/// <param name="OthersAreUnderWay">Whether there may be room when other calls have ended.</param>
internal sealed record Reserved(bool IsMade, Amount Spent, bool OthersAreUnderWay);
