using SciCoT.Rationales;

namespace OwnParts;

/// <summary>A store around another one that counts what is added.</summary>
internal sealed class CountingStore(IRationaleStore inner) : IRationaleStore
{
    private int _added;

    public int Added => _added;

    public async Task<bool> AppendAsync(RationaleRecord record, CancellationToken cancellationToken = default)
    {
        bool isNew = await inner.AppendAsync(record, cancellationToken);
        if (isNew)
            Interlocked.Increment(ref _added);
        return isNew;
    }

    public ValueTask<bool> ContainsAsync(RationaleKey key, CancellationToken cancellationToken = default) => inner.ContainsAsync(key, cancellationToken);

    public IAsyncEnumerable<RationaleRecord> ReadAllAsync(CancellationToken cancellationToken = default) => inner.ReadAllAsync(cancellationToken);
}
