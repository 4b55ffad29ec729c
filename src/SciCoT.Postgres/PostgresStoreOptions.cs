namespace SciCoT.Postgres;

/// <summary>Options of a <see cref="PostgresRationaleStore"/>: schema, sizes and waits.</summary>
/// <include file="Examples.xml" path="examples/PostgresStoreOptions/example"/>
public sealed record PostgresStoreOptions
{
    private readonly string _schema = "scicot";
    private readonly TimeSpan _retryFor = TimeSpan.FromMinutes(5);

    /// <summary>The PostgreSQL schema that holds the tables. Stores in several schemas of one database do not touch each other.</summary>
    /// <value>The default is <c>scicot</c>.</value>
    public string Schema
    {
        get => _schema;
        init
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(value, nameof(Schema));
            _schema = value;
        }
    }

    /// <summary>Whether the schema is made where it is missing, and migrated where it is older.</summary>
    /// <value>The default is <see langword="true"/>. With <see langword="false"/> a missing or older one is an error, for programs that only read.</value>
    public bool CreateSchema { get; init; } = true;

    /// <summary>
    /// How long an operation is repeated while the database cannot be reached, restarts, is read-only after a failover, has no free
    /// connection or breaks a deadlock. Then it throws.
    /// </summary>
    /// <value>The default is 5 minutes; 15 seconds at most while the store is opened.</value>
    public TimeSpan RetryFor
    {
        get => _retryFor;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(RetryFor));
            _retryFor = value;
        }
    }

    /// <summary>Is told why and in how many seconds an operation is going to be repeated: a line for a log, without a password.</summary>
    /// <value>The default is <see langword="null"/>.</value>
    public Action<string>? OnRetry { get; init; }
}
