namespace SciCoT.Hub;

/// <summary>A data set's files at one commit. They are fetched as they are asked for.</summary>
internal sealed class HubDataset(HubClient client, HubRepository repository, HubCache cache, string revision, HubListing listing, bool isOffline)
{
    /// <summary>The largest file that is read as the repository's description.</summary>
    private const int MaxReadmeBytes = 4 << 20;

    private const string Readme = "README.md";

    public string Name => repository.Name;

    public string Commit => listing.Commit;

    public string Directory => cache.Snapshot(Commit);

    /// <summary>The names of all files, those included that were not fetched.</summary>
    public IReadOnlySet<string> Files => listing.Files;

    /// <summary>Brings a file into the cache and says where it is.</summary>
    /// <exception cref="HubException">It cannot be had.</exception>
    public async Task<string> FetchAsync(string name, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var path = cache.PathOf(Commit, name);
        if (HubCache.IsThere(path))
            return path;
        if (isOffline)
            throw new HubException($"{repository}: the server cannot be asked, and the cache lacks {name}. Download it once with a network (scicot download --dataset {repository}), or unset HF_HUB_OFFLINE.");
        await client.FetchAsync(repository, cache, listing, name, progress, cancellationToken).ConfigureAwait(false);
        return path;
    }

    /// <summary>What the server says of a file that the cache lacks; <see langword="null"/> where the cache has it.</summary>
    /// <exception cref="HubException">It cannot be had.</exception>
    public async Task<HubFile?> DescribeMissingAsync(string name, CancellationToken cancellationToken) =>
        HubCache.IsThere(cache.PathOf(Commit, name)) ? null : await client.DescribeAsync(repository, listing, name, cancellationToken).ConfigureAwait(false);

    /// <summary>The repository's own description of its files; <see langword="null"/> where there is none.</summary>
    public async Task<string?> ReadmeAsync(CancellationToken cancellationToken)
    {
        if (!Files.Contains(Readme) || (isOffline && !HubCache.IsThere(cache.PathOf(Commit, Readme))))
            return null;
        var path = await FetchAsync(Readme, progress: null, cancellationToken).ConfigureAwait(false);
        return new FileInfo(path).Length <= MaxReadmeBytes ? await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>Says that everything wanted is there: from now on the cache is of use without a network.</summary>
    public void Complete()
    {
        if (isOffline)
            return;
        cache.WriteListing(Commit, listing.Files.Order(StringComparer.Ordinal));
        cache.WriteRef(revision, Commit);
    }
}
