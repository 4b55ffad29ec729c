using Npgsql;
using SciCoT.Postgres.Database;

namespace SciCoT.Postgres.Limits;

/// <summary>The SQL of a rate that workers share: the moment from which on the next call may begin.</summary>
internal sealed class RateRows(PostgresDatabase database, string name, double perMinute)
{
    /// <summary>After a pause, at most so much is given at once.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(1);

    private readonly string _table = $"{database.Schema}.rates";

    /// <summary>Takes permits and says how long to wait for the first of them.</summary>
    public Task<TimeSpan> TakeAsync(double permits, CancellationToken cancellationToken) => database.RunAsync(
        "keep to the shared rate",
        async (connection, _, token) =>
        {
            // A try whose connection broke may have taken them already; then some are lost, which errs on the service's side.
            await using var command = new NpgsqlCommand(
                $"""
                INSERT INTO {_table} AS r (name, next_at) VALUES ($1, clock_timestamp() - $3 + $2)
                ON CONFLICT (name) DO UPDATE SET next_at = greatest(r.next_at, clock_timestamp() - $3) + $2
                RETURNING next_at - $2 - clock_timestamp()
                """,
                connection)
            { Parameters = { new NpgsqlParameter<string> { TypedValue = name }, Span(permits), new NpgsqlParameter<TimeSpan> { TypedValue = Burst } } };
            return (TimeSpan)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        },
        cancellationToken);

    /// <summary>Sets right what was taken: a positive number takes more, a negative one gives back.</summary>
    public Task<int> AdjustAsync(double permits) => database.RunAsync(
        "keep to the shared rate",
        async (connection, _, token) =>
        {
            await using var command = new NpgsqlCommand($"UPDATE {_table} SET next_at = next_at + $2 WHERE name = $1", connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = name }, Span(permits) },
            };
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
        },
        CancellationToken.None);

    /// <summary>How long permits last.</summary>
    public TimeSpan Lasting(double permits) => TimeSpan.FromMinutes(permits / perMinute);

    private NpgsqlParameter<TimeSpan> Span(double permits) => new() { TypedValue = Lasting(permits) };
}
