using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SciCoT.Rationales;

/// <summary>Merges the stores of several machines or processes into one.</summary>
public static class RationaleMerge
{
    /// <summary>Appends in flight, so that many share a flush.</summary>
    private const int Window = 4096;

    /// <summary>
    /// Adds the records of shards to a store. The shards are only read; what the store has already is skipped, so a
    /// merge that was stopped is continued by starting it again.
    /// </summary>
    /// <param name="shards">The shards' files, in the order in which they come in.</param>
    /// <param name="target">The store that takes the records.</param>
    /// <param name="onConflict">
    /// Is told of each record whose key is taken by a different record. The first one stays in the store; this one is only
    /// in its shard, and was paid for.
    /// </param>
    /// <param name="cancellationToken">Stops before the next record; what was added until then stays.</param>
    /// <returns>What each shard came to.</returns>
    /// <exception cref="MissingFileException">A shard is not there; nothing was added.</exception>
    /// <exception cref="IOException">A shard is open in a store, the target's own file among the shards, or the target cannot be written.</exception>
    /// <exception cref="Questions.BadRowException">A shard's line that is not the unfinished last one is no record.</exception>
    public static async Task<IReadOnlyList<MergedShard>> MergeAsync(
        IEnumerable<string> shards,
        IRationaleStore target,
        Action<RationaleRecord>? onConflict = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(shards);
        ArgumentNullException.ThrowIfNull(target);

        string[] paths = [.. shards];
        var missing = paths.FirstOrDefault(path => !File.Exists(path));
        if (missing is not null)
            throw new MissingFileException($"There is no shard '{Path.GetFullPath(missing)}'; check the path.", missing);

        var known = new Dictionary<UInt128, ulong>();
        await foreach (var record in target.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            known.TryAdd(record.Key.Fingerprint(), Content(record));

        var merged = new List<MergedShard>();
        foreach (var path in paths)
            merged.Add(await MergeAsync(path, target, known, onConflict, cancellationToken).ConfigureAwait(false));
        return merged;
    }

    private static async Task<MergedShard> MergeAsync(
        string path, IRationaleStore target, Dictionary<UInt128, ulong> known, Action<RationaleRecord>? onConflict, CancellationToken cancellationToken)
    {
        var appending = new Queue<Task<bool>>();
        var result = new MergedShard(path);
        try
        {
            foreach (var record in RationaleFile.Read(path, torn => result = result with { TornTail = torn }))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (key, content) = (record.Key.Fingerprint(), Content(record));
                if (known.TryAdd(key, content))
                {
                    appending.Enqueue(target.AppendAsync(record, CancellationToken.None));
                    result = result with { Added = result.Added + 1 };
                }
                else if (known[key] == content)
                {
                    result = result with { Duplicates = result.Duplicates + 1 };
                }
                else
                {
                    result = result with { Conflicts = result.Conflicts + 1 };
                    onConflict?.Invoke(record);
                }

                if (appending.Count == Window)
                    await appending.Dequeue().ConfigureAwait(false);
            }
        }
        finally
        {
            // Also what was under way when something went wrong: nobody closes the store under a record.
            await Task.WhenAll(appending).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Tells records apart that have one key.</summary>
    private static ulong Content(RationaleRecord record) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(RationaleJson.Line(record)));
}

/// <summary>The counts of a shard that was merged.</summary>
/// <param name="Path">The shard's file.</param>
public sealed record MergedShard(string Path)
{
    /// <summary>Records that the store did not have.</summary>
    public int Added { get; init; }

    /// <summary>Records that the store had already, the same in every part.</summary>
    public int Duplicates { get; init; }

    /// <summary>Records whose key another record has in the store; they are in the shard only.</summary>
    public int Conflicts { get; init; }

    /// <summary>What a crash left unfinished at the shard's end and was left there; <see langword="null"/> when the shard is whole.</summary>
    public TornTail? TornTail { get; init; }
}
