using System.CommandLine;
using SciCoT.Postgres;

namespace SciCoT.Cli;

/// <summary>The options of commands that take a rationale store in a PostgreSQL database in place of a file.</summary>
internal sealed class DatabaseOptions
{
    private readonly Option<string?> _store;
    private readonly Option<string?> _schema = new("--store-schema") { Description = "The schema of the database that holds the store's tables; by default scicot." };

    /// <param name="purpose">What the database is for, at the beginning of a sentence.</param>
    public DatabaseOptions(string purpose)
    {
        _store = new("--store") { Description = $"{purpose}: the connection string of a PostgreSQL database, such as \"Host=db.example.org;Database=science;Username=me\". The password comes from PGPASSWORD or the file that PGPASSFILE names." };
        All = [_store, _schema];
    }

    public IReadOnlyList<Option> All { get; }

    /// <summary>Whether a database is named.</summary>
    public bool AreGiven(Settings settings) => settings.Text(_store) is not null;

    /// <summary>Whether a database is named in place of a file.</summary>
    /// <exception cref="UsageException">Both are named, or neither.</exception>
    public bool AreGivenInsteadOf(Option<string?> file, Settings settings)
    {
        if (AreGiven(settings) && settings.Text(file) is not null)
            throw new UsageException($"{file.Name} names a file and {_store.Name} a database; give one of them.");
        return AreGiven(settings);
    }

    /// <summary>Opens the store, which the caller closes.</summary>
    /// <param name="settings">The options' values.</param>
    /// <param name="console">Is told of faults of the database that may pass.</param>
    /// <param name="create">Whether the tables are made where they are missing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<PostgresRationaleStore> OpenAsync(Settings settings, ToolConsole console, bool create, CancellationToken cancellationToken)
    {
        var options = new PostgresStoreOptions { CreateSchema = create, OnRetry = console.Notify };
        return PostgresRationaleStore.OpenAsync(settings.Required(_store), settings.Text(_schema) is { } schema ? options with { Schema = schema } : options, cancellationToken);
    }
}
