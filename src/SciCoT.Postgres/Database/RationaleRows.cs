using Npgsql;
using NpgsqlTypes;

namespace SciCoT.Postgres.Database;

/// <summary>The SQL of the rationales' table.</summary>
internal sealed class RationaleRows(PostgresDatabase database)
{
    private const int RowsOfAPage = 1000;
    private const int BytesOfAPage = 1 << 23;

    /// <summary>Whoever turned this off for a server or a user did not mean replies that are paid for.</summary>
    public const string Durable = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";

    private readonly string _table = $"{database.Schema}.rationales";

    /// <summary>Adds rows in one transaction; of several with one key the first is added, where there is none yet.</summary>
    /// <returns>Which rows were added.</returns>
    public async Task<IReadOnlyList<bool>> AppendAsync(IReadOnlyList<RationaleRow> rows)
    {
        var first = new Dictionary<Guid, int>(rows.Count);
        for (int i = 0; i < rows.Count; i++)
            first.TryAdd(rows[i].Key, i);
        int[] places = [.. first.Values.Order()];
        Guid[] keys = [.. places.Select(place => rows[place].Key)];
        string[] records = [.. places.Select(place => rows[place].Json)];
        var batch = Guid.NewGuid();

        var added = await database.RunAsync($"append {rows.Count} rationales", (connection, tries, token) => AppendAsync(connection, keys, records, batch, tries > 0, token), CancellationToken.None).ConfigureAwait(false);
        return [.. rows.Select((row, i) => first[row.Key] == i && added.Contains(row.Key))];
    }

    /// <summary>Which of some keys are stored.</summary>
    public async Task<IReadOnlyList<bool>> ContainAsync(IReadOnlyList<Guid> keys)
    {
        Guid[] asked = [.. keys.Distinct()];
        var found = await database.RunAsync(
            "look rationales up",
            async (connection, _, token) =>
            {
                await using var command = new NpgsqlCommand($"SELECT key FROM {_table} WHERE key = ANY ($1)", connection);
                command.Parameters.Add(Keys(asked));
                await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                return await KeysAsync(reader, [], token).ConfigureAwait(false);
            },
            CancellationToken.None).ConfigureAwait(false);
        return [.. keys.Select(found.Contains)];
    }

    /// <summary>The record with a key, as JSON; <see langword="null"/> where there is none.</summary>
    public Task<byte[]?> FindAsync(Guid key, CancellationToken cancellationToken) => database.RunAsync(
        "look a rationale up",
        async (connection, _, token) =>
        {
            await using var command = new NpgsqlCommand($"SELECT record::text FROM {_table} WHERE key = $1", connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = key } } };
            await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            return await reader.ReadAsync(token).ConfigureAwait(false) ? reader.GetFieldValue<byte[]>(0) : null;
        },
        cancellationToken);

    /// <summary>The number of the latest row; 0 without one.</summary>
    public Task<long> LastNumberAsync(CancellationToken cancellationToken) => NumberAsync("coalesce(max(number), 0)", cancellationToken);

    public Task<long> CountAsync(CancellationToken cancellationToken) => NumberAsync("count(*)", cancellationToken);

    /// <summary>The next rows in their order.</summary>
    /// <param name="after">The number before the first.</param>
    /// <param name="last">The number of the last that may be read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Rows with their numbers; none at the end.</returns>
    public Task<List<(long Number, byte[] Json)>> PageAsync(long after, long last, CancellationToken cancellationToken) => database.RunAsync(
        "read rationales",
        async (connection, _, token) =>
        {
            var page = new List<(long, byte[])>();
            await using var command = new NpgsqlCommand($"SELECT number, record::text FROM {_table} WHERE number > $1 AND number <= $2 ORDER BY number LIMIT {RowsOfAPage}", connection)
            {
                Parameters = { new NpgsqlParameter<long> { TypedValue = after }, new NpgsqlParameter<long> { TypedValue = last } },
            };
            await using var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            for (int bytes = 0; bytes < BytesOfAPage && await reader.ReadAsync(token).ConfigureAwait(false);)
            {
                page.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
                bytes += page[^1].Item2.Length;
            }

            return page;
        },
        cancellationToken);

    private async Task<HashSet<Guid>> AppendAsync(NpgsqlConnection connection, Guid[] keys, string[] records, Guid batch, bool isRepeated, CancellationToken cancellationToken)
    {
        await using var statements = new NpgsqlBatch(connection);
        statements.BatchCommands.Add(new(Durable));
        statements.BatchCommands.Add(new(
            $"INSERT INTO {_table} (key, record, batch) SELECT key, record::json, $3 FROM unnest($1, $2) WITH ORDINALITY AS given (key, record, place) ORDER BY place ON CONFLICT (key) DO NOTHING RETURNING key")
        {
            Parameters = { Keys(keys), new() { Value = records, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }, new NpgsqlParameter<Guid> { TypedValue = batch } },
        });

        // A try whose connection broke may have been committed: what it added is this batch's too.
        if (isRepeated)
        {
            statements.BatchCommands.Add(new($"SELECT key FROM {_table} WHERE key = ANY ($1) AND batch = $2")
            {
                Parameters = { Keys(keys), new NpgsqlParameter<Guid> { TypedValue = batch } },
            });
        }

        var added = new HashSet<Guid>();
        await using var reader = await statements.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
            await KeysAsync(reader, added, cancellationToken).ConfigureAwait(false);
        return added;
    }

    private Task<long> NumberAsync(string expression, CancellationToken cancellationToken) => database.RunAsync(
        "read rationales",
        async (connection, _, token) =>
        {
            await using var command = new NpgsqlCommand($"SELECT {expression} FROM {_table}", connection);
            return (long)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        },
        cancellationToken);

    private static NpgsqlParameter Keys(Guid[] keys) => new() { Value = keys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    /// <summary>Adds the first column of the result.</summary>
    public static async Task<HashSet<Guid>> KeysAsync(NpgsqlDataReader reader, HashSet<Guid> keys, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            keys.Add(reader.GetGuid(0));
        return keys;
    }
}
