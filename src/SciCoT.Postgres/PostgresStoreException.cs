namespace SciCoT.Postgres;

/// <summary>
/// A database cannot be used as a rationale store, or could not be reached for as long as <see cref="PostgresStoreOptions.RetryFor"/> allows.
/// The message names host, database and user, never a password.
/// </summary>
public sealed class PostgresStoreException : SciCoTException
{
    internal PostgresStoreException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
