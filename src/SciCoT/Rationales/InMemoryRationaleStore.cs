using System.Runtime.CompilerServices;

namespace SciCoT.Rationales;

/// <summary>Keeps rationales in memory: for records that were read from a file, and for tests.</summary>
/// <remarks>Safe for concurrent callers. Nothing survives the process, so it is no place for replies that are paid for.</remarks>
/// <include file="Examples.xml" path="examples/InMemoryRationaleStore/example"/>
public sealed class InMemoryRationaleStore : IRationaleStore
{
    private readonly Lock _lock = new();
    private readonly List<RationaleRecord> _records = [];
    private readonly HashSet<UInt128> _keys = [];

    /// <summary>Makes an empty store.</summary>
    public InMemoryRationaleStore()
        : this([])
    {
    }

    /// <summary>Makes a store of records.</summary>
    /// <param name="records">The records; of two with one key the first counts.</param>
    public InMemoryRationaleStore(IEnumerable<RationaleRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        foreach (var record in records)
            Add(record);
    }

    /// <inheritdoc/>
    public Task<bool> AppendAsync(RationaleRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return cancellationToken.IsCancellationRequested ? Task.FromCanceled<bool>(cancellationToken) : Task.FromResult(Add(record));
    }

    /// <inheritdoc/>
    public ValueTask<bool> ContainsAsync(RationaleKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
            return ValueTask.FromResult(_keys.Contains(key.Fingerprint()));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RationaleRecord> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        RationaleRecord[] records;
        lock (_lock)
            records = [.. _records];
        foreach (var record in records)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    private bool Add(RationaleRecord record)
    {
        lock (_lock)
        {
            bool isNew = _keys.Add(record.Key.Fingerprint());
            if (isNew)
                _records.Add(record);
            return isNew;
        }
    }
}
