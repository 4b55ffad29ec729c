using Npgsql;
using NpgsqlTypes;
using SciCoT.Postgres.Database;

namespace SciCoT.Postgres.Work;

/// <summary>The SQL of the units' table. All times are the server's.</summary>
/// <remarks>
/// A row without a worker is free. A worker's lease runs until its time; after a restart of the server it runs for a whole lease, since nobody
/// could renew it meanwhile. Whether a unit is done is not in the table: the rationales tell.
/// </remarks>
internal sealed class UnitRows(PostgresDatabase database, TimeSpan lease)
{
    private const string Expired = "greatest(leased_until, pg_postmaster_start_time() + $2) < clock_timestamp()";

    private readonly string _table = $"{database.Schema}.units";

    public TimeSpan Lease => lease;

    /// <summary>The server's time.</summary>
    public Task<DateTime> NowAsync(CancellationToken cancellationToken) => database.RunAsync(
        "join the annotation",
        async (connection, _, token) =>
        {
            await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
            return (DateTime)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        },
        cancellationToken);

    /// <summary>Ends units, renews leases and takes new ones, in one transaction.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="joined">When it joined: what ended since then is not taken.</param>
    /// <param name="ended">Its units that have ended.</param>
    /// <param name="held">Its units whose leases are renewed.</param>
    /// <param name="candidates">Units that it does not have.</param>
    /// <param name="most">How many of them it takes at most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Exchange> ExchangeAsync(
        Guid worker, DateTime joined, Guid[] ended, Guid[] held, Guid[] candidates, int most, CancellationToken cancellationToken) => database.RunAsync(
        "share the annotation's work",
        async (connection, _, token) =>
        {
            await using var statements = new NpgsqlBatch(connection);
            statements.BatchCommands.Add(new(RationaleRows.Durable));
            if (ended.Length > 0)
                statements.BatchCommands.Add(new($"UPDATE {_table} SET worker = NULL, leased_until = NULL, ended_at = clock_timestamp() WHERE worker = $1 AND unit = ANY ($2)") { Parameters = { Id(worker), Ids(ended) } });
            if (held.Length > 0)
                statements.BatchCommands.Add(new($"UPDATE {_table} SET leased_until = clock_timestamp() + $2 WHERE worker = $1 AND unit = ANY ($3) RETURNING unit") { Parameters = { Id(worker), Span(lease), Ids(held) } });
            if (candidates.Length > 0)
            {
                statements.BatchCommands.Add(new($"INSERT INTO {_table} (unit) SELECT unnest($1) ON CONFLICT DO NOTHING") { Parameters = { Ids(candidates) } });
                // A candidate that is this worker's already was taken by a try whose connection broke.
                statements.BatchCommands.Add(new(
                    $"""
                    WITH free AS (
                        SELECT unit FROM {_table}
                        WHERE unit = ANY ($3) AND (worker IS NULL OR worker = $1 OR {Expired}) AND (ended_at IS NULL OR ended_at < $4)
                        LIMIT $5 FOR UPDATE SKIP LOCKED)
                    UPDATE {_table} AS taken SET worker = $1, leased_until = clock_timestamp() + $2, ended_at = NULL FROM free WHERE taken.unit = free.unit
                    RETURNING taken.unit
                    """)
                { Parameters = { Id(worker), Span(lease), Ids(candidates), Time(joined), new NpgsqlParameter<int> { TypedValue = most } } });
                statements.BatchCommands.Add(new($"SELECT unit FROM {_table} WHERE unit = ANY ($1) AND ended_at >= $2") { Parameters = { Ids(candidates), Time(joined) } });
            }

            // Statements that return no rows have no result; the first one's is not looked at.
            var results = new Queue<HashSet<Guid>>();
            await using var reader = await statements.ExecuteReaderAsync(token).ConfigureAwait(false);
            while (await reader.NextResultAsync(token).ConfigureAwait(false))
                results.Enqueue(await RationaleRows.KeysAsync(reader, [], token).ConfigureAwait(false));
            var renewed = held.Length > 0 ? results.Dequeue() : [];
            return candidates.Length > 0 ? new Exchange(renewed, results.Dequeue(), results.Dequeue()) : new Exchange(renewed, [], []);
        },
        cancellationToken);

    /// <summary>Ends units and gives back all others that the worker has.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="ended">Its units that have ended.</param>
    /// <param name="retryFor">How long it is tried.</param>
    public Task<int> ReleaseAsync(Guid worker, Guid[] ended, TimeSpan retryFor) => database.RunAsync(
        "give back the annotation's work",
        async (connection, _, token) =>
        {
            await using var statements = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new($"UPDATE {_table} SET worker = NULL, leased_until = NULL, ended_at = clock_timestamp() WHERE worker = $1 AND unit = ANY ($2)") { Parameters = { Id(worker), Ids(ended) } },
                    new($"UPDATE {_table} SET worker = NULL, leased_until = NULL WHERE worker = $1") { Parameters = { Id(worker) } },
                },
            };
            return await statements.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        CancellationToken.None,
        retryFor);

    private static NpgsqlParameter Id(Guid id) => new NpgsqlParameter<Guid> { TypedValue = id };

    private static NpgsqlParameter Ids(Guid[] ids) => new() { Value = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static NpgsqlParameter Span(TimeSpan span) => new NpgsqlParameter<TimeSpan> { TypedValue = span };

    private static NpgsqlParameter Time(DateTime time) => new NpgsqlParameter<DateTime> { TypedValue = time };
}

/// <summary>What came of an exchange.</summary>
/// <param name="Renewed">Units whose leases were renewed; the others were lost.</param>
/// <param name="Taken">Units that the worker got.</param>
/// <param name="Ended">Candidates that have ended since it joined.</param>
internal sealed record Exchange(HashSet<Guid> Renewed, HashSet<Guid> Taken, HashSet<Guid> Ended)
{
    public static Exchange Nothing { get; } = new([], [], []);
}
