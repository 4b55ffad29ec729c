using Npgsql;

namespace SciCoT.Postgres.Database;

/// <summary>Makes the tables, and brings older ones up to date; one process at a time.</summary>
internal static class SchemaMigration
{
    /// <summary>Tells this lock from those of other programs in the database: "SciCoT".</summary>
    private const long LockSpace = 0x536369436f54;

    private static readonly TimeSpan MostOpening = TimeSpan.FromSeconds(15);

    /// <summary>What brings the schema from each version to the next. Versions that were released never change.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE {schema}.rationales (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            key uuid NOT NULL UNIQUE,
            record json NOT NULL,
            batch uuid NOT NULL,
            stored_at timestamptz NOT NULL DEFAULT now()
        );
        COMMENT ON TABLE {schema}.rationales IS 'SciCoT: one teacher''s reply a row, only ever added';
        """,
        """
        CREATE TABLE {schema}.units (
            unit uuid PRIMARY KEY,
            worker uuid,
            leased_until timestamptz,
            ended_at timestamptz
        ) WITH (fillfactor = 70);
        COMMENT ON TABLE {schema}.units IS 'SciCoT: who annotates what at present; may be emptied while nobody annotates';
        CREATE TABLE {schema}.budgets (
            name text PRIMARY KEY,
            tokens numeric NOT NULL,
            cost numeric NOT NULL
        );
        COMMENT ON TABLE {schema}.budgets IS 'SciCoT: what a teacher''s calls took, all workers together';
        CREATE TABLE {schema}.reservations (
            id uuid PRIMARY KEY,
            budget text NOT NULL,
            tokens numeric NOT NULL,
            cost numeric NOT NULL,
            reserved_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        COMMENT ON TABLE {schema}.reservations IS 'SciCoT: what calls under way may take';
        CREATE TABLE {schema}.rates (
            name text PRIMARY KEY,
            next_at timestamptz NOT NULL
        );
        COMMENT ON TABLE {schema}.rates IS 'SciCoT: when the next call of each rate limit may begin';
        """,
    ];

    /// <summary>The version that this library writes.</summary>
    public static int Latest => Steps.Length;

    /// <summary>Checks the schema and, where that is wanted, makes or migrates it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="create">Whether it may be changed.</param>
    /// <param name="cancellationToken">Stops it; a migration happens whole or not at all.</param>
    /// <exception cref="PostgresStoreException">The schema is missing, or newer than this library, or the database is not in UTF-8.</exception>
    public static Task PrepareAsync(PostgresDatabase database, bool create, CancellationToken cancellationToken) => database.RunAsync(
        "open the rationale store",
        async (connection, _, token) =>
        {
            await CheckEncodingAsync(database, connection, token).ConfigureAwait(false);
            if (Check(database, await VersionAsync(database, connection, token).ConfigureAwait(false), create) < Latest)
                await MigrateAsync(database, connection, token).ConfigureAwait(false);
            return true;
        },
        cancellationToken,
        database.RetryFor < MostOpening ? database.RetryFor : MostOpening);

    private static async Task MigrateAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", cancellationToken, database.Schema, LockSpace).ConfigureAwait(false);

        // Another process may have done it while this one waited.
        int version = Check(database, await VersionAsync(database, connection, cancellationToken).ConfigureAwait(false), create: true);
        if (version == 0)
        {
            await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {database.Schema}", cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, $"CREATE TABLE {database.Schema}.schema_version (version int NOT NULL, migrated_at timestamptz NOT NULL DEFAULT now())", cancellationToken).ConfigureAwait(false);
        }

        for (; version < Latest; version++)
        {
            await ExecuteAsync(connection, Steps[version].Replace("{schema}", database.Schema, StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, $"INSERT INTO {database.Schema}.schema_version (version) VALUES ($1)", cancellationToken, version + 1).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The schema's version; 0 where there is none.</summary>
    private static async Task<int> VersionAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // to_regclass would do, but believes for the whole transaction what it saw before the wait for the lock.
        const string Exists = "SELECT true FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'schema_version'";
        if (await ScalarAsync(connection, Exists, cancellationToken, database.SchemaName).ConfigureAwait(false) is not true)
            return 0;
        return await ScalarAsync(connection, $"SELECT max(version) FROM {database.Schema}.schema_version", cancellationToken).ConfigureAwait(false) is int version ? version : 0;
    }

    private static int Check(PostgresDatabase database, int version, bool create)
    {
        if (version > Latest)
            throw new PostgresStoreException($"The schema {database.Schema} in {database.Name} has version {version}, which a later SciCoT made; this one knows versions up to {Latest}. Update SciCoT on this machine, or use another schema.");
        if (version == 0 && !create)
            throw new PostgresStoreException($"There is no rationale store in the schema {database.Schema} of {database.Name}. Check the names, or annotate into it first.");
        if (version < Latest && !create)
            throw new PostgresStoreException($"The schema {database.Schema} in {database.Name} has version {version}; version {Latest} is needed. Open it once for writing, by scicot annotate for example, which migrates it.");
        return version;
    }

    private static async Task CheckEncodingAsync(PostgresDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ScalarAsync(connection, "SHOW server_encoding", cancellationToken).ConfigureAwait(false) is string encoding && encoding != "UTF8")
            throw new PostgresStoreException($"The encoding of {database.Name} is {encoding}, which does not hold every text. Create the database with ENCODING 'UTF8' TEMPLATE template0.");
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return command;
    }
}
