namespace SciCoT.Rationales;

/// <summary>Keeps rationales so that none is ever lost or paid for twice.</summary>
/// <remarks>
/// Implementations are safe for concurrent callers. Records are only ever added; a record's key
/// (<see cref="RationaleRecord.Key"/>) is unique, and the first one with it stays.
/// </remarks>
/// <include file="Examples.xml" path="examples/IRationaleStore/example"/>
public interface IRationaleStore
{
    /// <summary>Adds a record. When the task completes, the record survives the end of the process and of the power.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Stops waiting; a record that was handed over may be stored all the same.</param>
    /// <returns><see langword="false"/> when a record with this key is there already; then nothing is written.</returns>
    Task<bool> AppendAsync(RationaleRecord record, CancellationToken cancellationToken = default);

    /// <summary>Whether a record with this key is stored.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<bool> ContainsAsync(RationaleKey key, CancellationToken cancellationToken = default);

    /// <summary>The record with a key.</summary>
    /// <remarks>Unless a store has a better way, this reads until it finds the record.</remarks>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>The record; <see langword="null"/> where none has the key.</returns>
    async ValueTask<RationaleRecord?> FindAsync(RationaleKey key, CancellationToken cancellationToken = default)
    {
        if (await ContainsAsync(key, cancellationToken).ConfigureAwait(false))
        {
            await foreach (var record in ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (record.Key == key)
                    return record;
            }
        }

        return null;
    }

    /// <summary>Reads the records that are stored at the time of the call, in the order in which they came.</summary>
    /// <param name="cancellationToken">Stops before the next record.</param>
    IAsyncEnumerable<RationaleRecord> ReadAllAsync(CancellationToken cancellationToken = default);
}
