namespace SciCoT.Hub;

/// <summary>
/// Fetches T5 checkpoints and data sets by name from the Hugging Face Hub, or a server like it, into the cache that Python's tools use too.
/// </summary>
/// <remarks>
/// Safe for concurrent callers and processes. A file counts when its size and hash are right; a download that was cut off
/// goes on where it ended. Only configuration, tokenizer and weights are taken, and weights as safetensors unless asked.
/// </remarks>
/// <include file="Examples.xml" path="examples/HubClient/example"/>
public sealed class HubClient : IDisposable
{
    /// <summary>The branch that is taken where no other is named.</summary>
    public const string DefaultRevision = "main";

    private readonly HubOptions _options;
    private readonly HubTransport _transport;

    /// <summary>Makes a client whose settings are what the environment says, as <see cref="HubOptions.FromEnvironment()"/> reads it.</summary>
    public HubClient()
        : this(HubOptions.FromEnvironment())
    {
    }

    /// <summary>Makes a client.</summary>
    /// <param name="options">Where models come from and go.</param>
    public HubClient(HubOptions options)
        : this(Checked(options), TimeProvider.System)
    {
    }

    /// <summary>Makes a client that asks by an <see cref="HttpClient"/> of the caller's, with its handlers, proxies and certificates.</summary>
    /// <param name="options">Where models come from and go.</param>
    /// <param name="http">The client. It stays the caller's: <see cref="Dispose"/> leaves it open. Redirects are followed whether its handler does so or not.</param>
    public HubClient(HubOptions options, HttpClient http)
        : this(options, Factory(http))
    {
    }

    /// <summary>Makes a client that asks a factory for the <see cref="HttpClient"/> of each request, as <c>IHttpClientFactory.CreateClient</c> is one.</summary>
    /// <param name="options">Where models come from and go.</param>
    /// <param name="http">Gives a client. What it gives stays the factory's and is never disposed of here.</param>
    public HubClient(HubOptions options, Func<HttpClient> http)
        : this(Checked(options), TimeProvider.System, http ?? throw new ArgumentNullException(nameof(http)))
    {
    }

    internal HubClient(HubOptions options, TimeProvider time, Func<HttpClient>? http = null)
    {
        _options = options;
        _transport = new HubTransport(options, http) { Time = time };
    }

    /// <summary>Whether snapshots hold links, as Python's tools make them, where the system allows it.</summary>
    internal bool Links { get; init; } = true;

    /// <summary>Brings a checkpoint into the cache and says where it is. What is there already is not fetched again.</summary>
    /// <param name="repository">The model, for example <c>google/flan-t5-small</c>.</param>
    /// <param name="revision">A branch, a tag or a commit.</param>
    /// <param name="allowPickle">Whether weights in <c>pytorch_model.bin</c> are taken where there are no safetensors.</param>
    /// <param name="progress">Told of every piece that arrives.</param>
    /// <param name="cancellationToken">Stops at once; a later call continues.</param>
    /// <returns>The folder, which <c>T5Model.Load</c>, <c>T5Tokenizer.Load</c> and <c>StudentBase.FromCheckpoint</c> take.</returns>
    /// <remarks>Where the server cannot be reached, the revision as it was last seen is taken from the cache.</remarks>
    /// <exception cref="ArgumentException">The value is not a valid repository or revision name.</exception>
    /// <exception cref="HubException">The model cannot be had; the message says why and what to do.</exception>
    public async Task<HubSnapshot> DownloadAsync(
        string repository,
        string revision = DefaultRevision,
        bool allowPickle = false,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        HubNames.CheckRepository(repository);
        HubNames.CheckRevision(revision);
        var named = new HubRepository(repository);
        var cache = new HubCache(_options.CacheDirectory, named) { Links = Links };
        var cached = Cached(cache, revision, allowPickle, out var lacks);
        if (cached is not null && HubNames.IsCommit(revision))
            return cached; // a commit never changes
        if (_options.Offline)
            return cached ?? throw new HubException($"{repository}: offline, and the cache {_options.CacheDirectory} lacks {lacks}. Download the model once with a network, or unset HF_HUB_OFFLINE.");

        HubListing listing;
        try
        {
            listing = await ListAsync(named, revision, attempts: cached is null ? _options.Attempts : 1, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException e) when (e.InnerException is HttpRequestException or TransientException && cached is not null)
        {
            return cached; // the server cannot be reached, or is not well
        }

        var snapshot = cache.Snapshot(listing.Commit);
        foreach (var folder in HubModelFiles.Folders(listing.Files))
        {
            var names = HubModelFiles.Pick(repository, listing.Files, folder, allowPickle);
            foreach (var name in names)
                await FetchAsync(named, cache, listing, name, progress, cancellationToken).ConfigureAwait(false);
            foreach (var shard in HubModelFiles.Shards(Path.Combine(snapshot, names[^1])))
                await FetchAsync(named, cache, listing, folder + shard, progress, cancellationToken).ConfigureAwait(false);
        }

        foreach (var name in HubModelFiles.Beside(listing.Files))
            await FetchAsync(named, cache, listing, name, progress, cancellationToken).ConfigureAwait(false);
        cache.WriteRef(revision, listing.Commit);
        return new HubSnapshot(snapshot, listing.Commit);
    }

    /// <summary>Uploads a student to a repository, in one commit: a folder of two students with their card, or one checkpoint.</summary>
    /// <param name="directory">A run's folder, an exported one, or that of one student. Of a run's folder the students, <c>scicot.json</c> and the card go up, and nothing else.</param>
    /// <param name="repository">The model's name, <c>organisation/name</c>; it is made where it is missing.</param>
    /// <param name="options">How; by default those of <see cref="HubUploadOptions"/>.</param>
    /// <param name="progress">Told of every piece that is sent.</param>
    /// <param name="cancellationToken">Stops at once. The repository is as it was; large files that were sent whole are not sent again by a later call.</param>
    /// <remarks>Files that the repository has already are not sent. <see cref="HubOptions.Token"/> must be allowed to write.</remarks>
    /// <exception cref="ArgumentException">The value is not a valid repository or revision name.</exception>
    /// <exception cref="MissingFileException">There is no such folder, or it lacks a student's file.</exception>
    /// <exception cref="InvalidFileException">The folder holds no student.</exception>
    /// <exception cref="HubException">The server refuses, or cannot be reached; the message says why and what to do. A later call continues.</exception>
    public Task<HubCommit> UploadAsync(
        string directory,
        string repository,
        HubUploadOptions? options = null,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        HubNames.CheckRepository(repository);
        if (!repository.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException($"'{repository}' lacks the owner; expected organisation/name, for example my-name/science-t5.", nameof(repository));
        options ??= new();
        HubNames.CheckRevision(options.Revision);
        return new HubUpload(_transport, _options, new HubRepository(repository), options, progress).RunAsync(directory, cancellationToken);
    }

    /// <summary>Closes the client's own connections; an <see cref="HttpClient"/> that it was given stays open.</summary>
    public void Dispose() => _transport.Dispose();

    /// <summary>The files of a checkpoint that the cache lacks, with their sizes. Nothing is fetched.</summary>
    /// <exception cref="ArgumentException">The value is not a valid repository or revision name.</exception>
    /// <exception cref="HubException">The model cannot be had; the message says why and what to do.</exception>
    internal async Task<IReadOnlyList<HubFile>> FindMissingAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        HubNames.CheckRepository(repository);
        HubNames.CheckRevision(revision);
        var named = new HubRepository(repository);
        var cache = new HubCache(_options.CacheDirectory, named) { Links = Links };
        if (Cached(cache, revision, allowPickle: false, out var lacks) is not null && (_options.Offline || HubNames.IsCommit(revision)))
            return [];
        if (_options.Offline)
            throw new HubException($"{repository}: offline, and the cache {_options.CacheDirectory} lacks {lacks}. Download the model once with a network, or unset HF_HUB_OFFLINE.");
        var listing = await ListAsync(named, revision, _options.Attempts, cancellationToken).ConfigureAwait(false);
        var missing = new List<HubFile>();
        foreach (var name in HubModelFiles.Folders(listing.Files).SelectMany(folder => HubModelFiles.PickWithShards(repository, listing.Files, folder)).Concat(HubModelFiles.Beside(listing.Files)))
        {
            if (!HubCache.IsThere(cache.PathOf(listing.Commit, name)))
                missing.Add(await DescribeAsync(named, listing, name, cancellationToken).ConfigureAwait(false));
        }

        return missing;
    }

    /// <summary>Asks for a data set's files, or takes those that the cache knows of where the server cannot be asked.</summary>
    /// <exception cref="ArgumentException">The value is not a valid repository or revision name.</exception>
    /// <exception cref="HubException">The data set cannot be had; the message says why and what to do.</exception>
    internal async Task<HubDataset> OpenDatasetAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        HubNames.CheckRepository(repository);
        HubNames.CheckRevision(revision);
        var named = new HubRepository(repository, IsDataset: true);
        var cache = new HubCache(_options.CacheDirectory, named) { Links = Links };
        var cached = cache.CommitOf(revision) is { } commit && Directory.Exists(cache.Snapshot(commit)) ? commit : null;
        if (cached is not null && (_options.Offline || (HubNames.IsCommit(revision) && cache.Listing(cached) is not null)))
            return new HubDataset(this, named, cache, revision, new HubListing(cached, cache.Names(cached), new Dictionary<string, (string, long?)>()), isOffline: _options.Offline);
        if (_options.Offline)
            throw new HubException($"{repository}: offline, and the cache {_options.CacheDirectory} lacks revision '{revision}' of this data set. Download it once with a network (scicot download --dataset {repository}), or unset HF_HUB_OFFLINE.");
        try
        {
            var listing = await ListAsync(named, revision, attempts: cached is null ? _options.Attempts : 1, cancellationToken).ConfigureAwait(false);
            return new HubDataset(this, named, cache, revision, listing, isOffline: false);
        }
        catch (HubException e) when (e.InnerException is HttpRequestException or TransientException && cached is not null)
        {
            return new HubDataset(this, named, cache, revision, new HubListing(cached, cache.Names(cached), new Dictionary<string, (string, long?)>()), isOffline: true);
        }
    }

    /// <summary>Brings one file of a listed revision into the cache.</summary>
    internal async Task FetchAsync(HubRepository repository, HubCache cache, HubListing listing, string name, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        if (HubCache.IsThere(cache.PathOf(listing.Commit, name)))
            return;
        var file = await DescribeAsync(repository, listing, name, cancellationToken).ConfigureAwait(false);
        await new HubDownload(_transport, _options, cache, repository, listing.Commit).FetchAsync(file, progress, cancellationToken).ConfigureAwait(false);
        cache.Place(listing.Commit, file);
    }

    private static HubOptions Checked(HubOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.CacheDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.StallTimeout, TimeSpan.Zero);
        return options;
    }

    private static Func<HttpClient> Factory(HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return () => http;
    }

    private static HubSnapshot? Cached(HubCache cache, string revision, bool allowPickle, out string? lacks)
    {
        lacks = $"revision '{revision}'";
        if (cache.CommitOf(revision) is not { } commit)
            return null;
        lacks = HubModelFiles.Missing(cache.Snapshot(commit), allowPickle);
        return lacks is null ? new HubSnapshot(cache.Snapshot(commit), commit) : null;
    }

    /// <summary>Asks which commit a revision is and which files it has.</summary>
    private Task<HubListing> ListAsync(HubRepository repository, string revision, int attempts, CancellationToken cancellationToken) =>
        _transport.TryAsync(repository.Name, attempts, async token =>
        {
            var address = _options.Address(repository.Api(revision));
            using var response = await _transport.SendAsync(HttpMethod.Get, address, cancellationToken: token).ConfigureAwait(false);
            await HubErrors.ThrowIfRefusedAsync(response, repository, revision, file: null, _options.Token is not null, token).ConfigureAwait(false);
            return HubListing.Parse(await _transport.ReadAsync(response, address, token).ConfigureAwait(false), repository, address);
        }, cancellationToken);

    /// <summary>Asks for a file's hash and size.</summary>
    internal Task<HubFile> DescribeAsync(HubRepository repository, HubListing listing, string name, CancellationToken cancellationToken) =>
        _transport.TryAsync($"{repository}/{name}", _options.Attempts, async token =>
        {
            var address = _options.Address(repository.File(listing.Commit, name));
            using var response = await _transport.SendAsync(HttpMethod.Head, address, stopAt: r => Header(r, "X-Linked-Etag") is not null, cancellationToken: token).ConfigureAwait(false);
            await HubErrors.ThrowIfRefusedAsync(response, repository, listing.Commit, name, _options.Token is not null, token).ConfigureAwait(false);
            if (Header(response, "X-Repo-Commit") is { } other && other != listing.Commit)
                throw new HubException($"{repository}/{name}: asked for commit {listing.Commit}, the server answers with {other}.");
            // A client of the caller's may have followed the redirect, whose headers say this; the list of files says it too.
            if (Header(response, "X-Linked-Etag") is null && listing.Large.TryGetValue(name, out var large))
                return new HubFile(name, address, large.Etag, large.Length);
            var etag = Unquoted(Header(response, "X-Linked-Etag") ?? response.Headers.ETag?.Tag);
            if (etag is null || !HubNames.IsBlobName(etag))
                throw new HubException($"{repository}/{name}: the server gives no usable etag (got '{etag}'); the cache is ordered by it. Check HF_ENDPOINT.");
            long? length = long.TryParse(Header(response, "X-Linked-Size"), out long linked) ? linked : response.Content.Headers.ContentLength;
            return new HubFile(name, address, etag, length);
        }, cancellationToken);

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static string? Unquoted(string? etag) =>
        etag is not null && etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..].Trim('"') : etag?.Trim('"');
}
