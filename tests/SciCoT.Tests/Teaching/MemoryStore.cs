using SciCoT.Rationales;

namespace SciCoT.Tests.Teaching;

/// <summary>A store in memory that may be told to fail.</summary>
internal sealed class MemoryStore : IRationaleStore
{
    private readonly List<RationaleRecord> _records = [];

    public Exception? Failure { get; init; }

    public IReadOnlyList<RationaleRecord> Records
    {
        get
        {
            lock (_records)
                return [.. _records];
        }
    }

    public Task<bool> AppendAsync(RationaleRecord record, CancellationToken cancellationToken = default)
    {
        if (Failure is not null)
            return Task.FromException<bool>(Failure);
        lock (_records)
        {
            bool isNew = _records.All(known => known.Key != record.Key);
            if (isNew)
                _records.Add(record);
            return Task.FromResult(isNew);
        }
    }

    public ValueTask<bool> ContainsAsync(RationaleKey key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Records.Any(record => record.Key == key));

    public IAsyncEnumerable<RationaleRecord> ReadAllAsync(CancellationToken cancellationToken = default) =>
        Records.ToAsyncEnumerable();
}
