using System.Runtime.CompilerServices;
using System.Text;
using SciCoT.Postgres.Database;
using SciCoT.Postgres.Work;
using SciCoT.Rationales;
using SciCoT.Teaching;

namespace SciCoT.Postgres;

/// <summary>A rationale store in a PostgreSQL database, which many processes on many machines may use at the same time.</summary>
/// <remarks>
/// <para>Safe for concurrent callers. A record counts when its transaction is committed; records that come in while one is committed
/// share the next. Nothing of the records is kept in memory.</para>
/// <para>Operations are repeated while the database restarts, cannot be reached or is read-only (<see cref="PostgresStoreOptions.RetryFor"/>).
/// A record's key is unique in the database, so that a repeated append adds nothing twice.</para>
/// </remarks>
/// <include file="Examples.xml" path="examples/PostgresRationaleStore/example"/>
public sealed class PostgresRationaleStore : IRationaleStore, IAsyncDisposable, IDisposable
{
    private readonly PostgresDatabase _database;
    private readonly RationaleRows _rows;
    private readonly Grouped<RationaleRow, bool> _appends;
    private readonly Grouped<Guid, bool> _lookups;

    private PostgresRationaleStore(PostgresDatabase database)
    {
        _database = database;
        _rows = new(database);
        _appends = new(_rows.AppendAsync, mostItems: 4096, mostSize: 1 << 22, row => row.Json.Length);
        _lookups = new(_rows.ContainAsync, mostItems: 4096);
    }

    /// <summary>Host, port and database, for messages; never a password.</summary>
    public string Name => _database.Name;

    /// <summary>The database, for what else workers share in it.</summary>
    internal PostgresDatabase Database => _database;

    /// <summary>Opens a store. Its tables are made or migrated where that is needed, by one process at a time.</summary>
    /// <param name="connectionString">
    /// In Npgsql's form, <c>Host=db.example.org;Database=science;Username=me</c>. What it leaves out comes from PGHOST, PGUSER, PGPASSWORD,
    /// PGPASSFILE and the other variables that Npgsql knows.
    /// </param>
    /// <param name="options">Schema, creation and retries; the defaults where this is left out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PostgresStoreException">
    /// The connection string cannot be read, the database cannot be reached or refuses the user, or the schema was made by a later version.
    /// </exception>
    public static async Task<PostgresRationaleStore> OpenAsync(string connectionString, PostgresStoreOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        options ??= new();
        var database = new PostgresDatabase(connectionString, options);
        try
        {
            await SchemaMigration.PrepareAsync(database, options.CreateSchema, cancellationToken).ConfigureAwait(false);
            return new(database);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="PostgresStoreException">The record could not be stored; the store can be used on.</exception>
    /// <exception cref="ArgumentException">The record lacks a question hash or teacher, or is longer than 1 MiB.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public Task<bool> AppendAsync(RationaleRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentException.ThrowIfNullOrWhiteSpace(record.QuestionHash);
        ArgumentException.ThrowIfNullOrWhiteSpace(record.Teacher);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        var json = Encoding.UTF8.GetString(RationaleJson.Line(record).AsSpan()[..^1]);
        return _appends.AddAsync(new(RationaleRow.KeyOf(record.Key), json), cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="PostgresStoreException">The database could not be asked.</exception>
    public ValueTask<bool> ContainsAsync(RationaleKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(_lookups.AddAsync(RationaleRow.KeyOf(key), cancellationToken));
    }

    /// <inheritdoc/>
    /// <exception cref="PostgresStoreException">The database could not be asked.</exception>
    /// <exception cref="InvalidFileException">The row is no record.</exception>
    public async ValueTask<RationaleRecord?> FindAsync(RationaleKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var id = RationaleRow.KeyOf(key);
        return await _rows.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } json ? Record($"key = '{id}'", json) : null;
    }

    /// <inheritdoc/>
    /// <remarks>Records come in pages; no connection is held between them.</remarks>
    /// <exception cref="PostgresStoreException">The database could not be read.</exception>
    /// <exception cref="InvalidFileException">A row is no record.</exception>
    public async IAsyncEnumerable<RationaleRecord> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long last = await _rows.LastNumberAsync(cancellationToken).ConfigureAwait(false);
        for (long read = 0; read < last;)
        {
            var page = await _rows.PageAsync(read, last, cancellationToken).ConfigureAwait(false);
            foreach (var (number, json) in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Record(FormattableString.Invariant($"number = {number}"), json);
            }

            read = page is [.., var end] ? end.Number : last;
        }
    }

    /// <summary>How many records are stored.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PostgresStoreException">The database could not be asked.</exception>
    public Task<long> CountAsync(CancellationToken cancellationToken = default) => _rows.CountAsync(cancellationToken);

    /// <summary>
    /// Shares an annotation with all other workers that use this store: each unit is leased to one of them at a time. Leases are renewed while
    /// the worker lives, and expire by the server's clock when it dies; then others take its units over.
    /// </summary>
    /// <remarks>All workers use the same teacher, prompt and settings. Their questions may differ.</remarks>
    /// <param name="lease">How long a lease runs, and so how long units of a worker that died wait; 2 minutes by default.</param>
    /// <returns>What a <see cref="RationaleAnnotator"/> over this store is given. It is of use until the store is closed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The lease is shorter than a second.</exception>
    public IAnnotationSharing ShareWork(TimeSpan? lease = null)
    {
        var span = lease ?? TimeSpan.FromMinutes(2);
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.FromSeconds(1), nameof(lease));
        return new WorkSharing(new(_database, span));
    }

    /// <summary>Waits until everything handed over is stored, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _appends.DisposeAsync().ConfigureAwait(false);
        await _lookups.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private RationaleRecord Record(string row, byte[] json)
    {
        try
        {
            return RationaleJson.Record(json);
        }
        catch (InvalidFileException e)
        {
            throw new InvalidFileException($"The row of {_database.Schema}.rationales with {row} in {Name} is no rationale record; mend or delete it. {e.Message}", e);
        }
    }
}
