using System.Data.Common;
using Npgsql;
using Polly;
using SciCoT.IO;

namespace SciCoT.Postgres.Database;

/// <summary>A PostgreSQL database: its connections, its name for messages, and operations that outlive its faults.</summary>
/// <remarks>Safe for concurrent callers. No exception and no message holds the password.</remarks>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>Connections of one process: its loops and a few readers. A hundred machines leave a usual server's hundred to others as well.</summary>
    private const int MostConnections = 8;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50), LongestDelay = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _source;
    private readonly Action<string>? _onRetry;

    /// <param name="connectionString">In Npgsql's form, <c>Host=…;Database=…;Username=…</c>.</param>
    /// <param name="options">The schema and how long operations are repeated.</param>
    /// <exception cref="PostgresStoreException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connectionString, PostgresStoreOptions options)
    {
        var builder = Parse(connectionString);
        Name = $"the database '{builder.ConnectionStringBuilder.Database ?? builder.ConnectionStringBuilder.Username}' on {builder.ConnectionStringBuilder.Host}:{builder.ConnectionStringBuilder.Port}";
        (SchemaName, Schema) = (options.Schema, QuotedName(options.Schema));
        RetryFor = options.RetryFor;
        _onRetry = options.OnRetry;
        _source = builder.Build();
    }

    /// <summary>Database and server, for messages.</summary>
    public string Name { get; }

    /// <summary>The schema's name as it is.</summary>
    public string SchemaName { get; }

    /// <summary>The schema as an identifier of SQL, with its quotes.</summary>
    public string Schema { get; }

    /// <summary>How long operations are repeated.</summary>
    public TimeSpan RetryFor { get; }

    /// <summary>Runs an operation on a connection, and again after faults that pass.</summary>
    /// <param name="purpose">What it is for, behind "could not": <c>append 12 records</c>.</param>
    /// <param name="work">The operation; it is told how often it was tried before, since a try whose connection broke may have been committed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="retryFor">How long it is repeated; <see cref="RetryFor"/> by default.</param>
    /// <exception cref="PostgresStoreException">It failed for a reason that does not pass, or for too long.</exception>
    public async Task<T> RunAsync<T>(string purpose, Func<NpgsqlConnection, int, CancellationToken, Task<T>> work, CancellationToken cancellationToken, TimeSpan? retryFor = null)
    {
        int tries = 0;
        var limit = retryFor ?? RetryFor;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        var retry = TransientRetry.Create(int.MaxValue, FirstDelay, LongestDelay, (e, _) => PassingFault.Is(e) && System.Diagnostics.Stopwatch.GetElapsedTime(start) < limit, _ => null);
        retry.OnRetry = again =>
        {
            OnRetry(purpose, again.Outcome.Exception!, again.RetryDelay);
            return default;
        };
        var retrying = new ResiliencePipelineBuilder().AddRetry(retry).Build();
        try
        {
            return await retrying.ExecuteAsync(
                async token =>
                {
                    await using var connection = await _source.OpenConnectionAsync(token).ConfigureAwait(false);
                    return await work(connection, tries++, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException || PassingFault.Is(e))
        {
            throw Explained(purpose, e, limit);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>An identifier of SQL, with its quotes.</summary>
    private static string QuotedName(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private void OnRetry(string purpose, Exception e, TimeSpan delay)
    {
        // Connections to a server that was demoted stay open and would be handed out again.
        if (PassingFault.IsReadOnly(e))
            _source.Clear();
        _onRetry?.Invoke(FormattableString.Invariant($"Could not {purpose} in {Name}: {e.Message} Tried again in {delay.TotalSeconds:0.0} s."));
    }

    private PostgresStoreException Explained(string purpose, Exception e, TimeSpan limit) => new(
        $"Could not {purpose} in {Name}: {e.Message} " + (e as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "Check user and password: of the connection string, of PGUSER and PGPASSWORD, or of the file that PGPASSFILE names.",
            PostgresErrorCodes.InvalidCatalogName => "Create the database, or name another one.",
            PostgresErrorCodes.InsufficientPrivilege => $"Give the user the right: GRANT CREATE ON DATABASE for the first opening, then USAGE on the schema {Schema} and SELECT, INSERT, UPDATE and DELETE on its tables.",
            PostgresErrorCodes.ReadOnlySqlTransaction => $"The server is a read-only standby, and was for {limit.TotalSeconds:0} s. Name the primary; with several hosts, add 'Target Session Attributes=primary'.",
            _ when PassingFault.Is(e) => FormattableString.Invariant($"It was tried for {limit.TotalSeconds:0} s. Check that the server runs and can be reached, and start again: what was stored is kept."),
            _ => "Check the connection string and the server's log.",
        },
        e);

    /// <remarks>A part of a password that is not quoted may look like a keyword, so what the parser says is not passed on.</remarks>
    private static NpgsqlSlimDataSourceBuilder Parse(string connectionString)
    {
        try
        {
            var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
            var settings = builder.ConnectionStringBuilder;
            if (string.IsNullOrWhiteSpace(settings.Host))
                settings.Host = Environment.GetEnvironmentVariable("PGHOST") is { Length: > 0 } host ? host : "localhost";
            settings.ApplicationName ??= "scicot";
            if (settings.MaxPoolSize == new NpgsqlConnectionStringBuilder().MaxPoolSize)
                settings.MaxPoolSize = MostConnections;
            builder.EnableArrays();
            builder.EnableTransportSecurity();
            builder.EnableIntegratedSecurity();
            return builder;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or OverflowException)
        {
            throw new PostgresStoreException(
                "The connection string of the rationale store cannot be read. Expected 'Host=db.example.org;Database=science;Username=me', with values that hold a semicolon or an equals sign in quotes; "
                + "see Npgsql's list of keywords. What was given is not shown, since it may hold a password.");
        }
    }
}
