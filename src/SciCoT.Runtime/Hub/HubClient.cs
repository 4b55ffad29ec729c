using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>
/// Fetches T5 checkpoints by name from the Hugging Face Hub, or a server like it, into the cache that Python's tools use too.
/// </summary>
/// <remarks>
/// Safe for concurrent callers and processes. A file counts when its size and hash are right; a download that was cut off
/// goes on where it ended. Only configuration, tokenizer and weights are taken, and weights as safetensors unless asked.
/// </remarks>
public sealed class HubClient : IDisposable
{
    /// <summary>The branch that is taken where no other is named.</summary>
    public const string DefaultRevision = "main";

    private const int MaxListingBytes = 32 << 20;

    private readonly HubOptions _options;
    private readonly HubTransport _transport;

    /// <summary>Makes a client.</summary>
    /// <param name="options">Where models come from and go; by default what the environment says, as <see cref="HubOptions.FromEnvironment()"/> reads it.</param>
    public HubClient(HubOptions? options = null)
    {
        _options = options ?? HubOptions.FromEnvironment();
        ArgumentException.ThrowIfNullOrWhiteSpace(_options.CacheDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.StallTimeout, TimeSpan.Zero);
        _transport = new HubTransport(_options);
    }

    internal HubClient(HubOptions options, TimeProvider time)
    {
        _options = options;
        _transport = new HubTransport(options) { Time = time };
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
        var cache = new HubCache(_options.CacheDirectory, repository) { Links = Links };
        var cached = Cached(cache, revision, allowPickle, out var lacks);
        if (cached is not null && HubNames.IsCommit(revision))
            return cached; // a commit never changes
        if (_options.Offline)
            return cached ?? throw new HubException($"{repository}: offline, and the cache {_options.CacheDirectory} lacks {lacks}. Download the model once with a network, or unset HF_HUB_OFFLINE.");

        Listing listing;
        try
        {
            listing = await ListAsync(repository, revision, attempts: cached is null ? _options.Attempts : 1, cancellationToken).ConfigureAwait(false);
        }
        catch (HubException e) when (e.InnerException is HttpRequestException or TransientException && cached is not null)
        {
            return cached; // the server cannot be reached, or is not well
        }

        var download = new HubDownload(_transport, _options, cache, repository, listing.Commit);
        var snapshot = cache.Snapshot(listing.Commit);
        var names = HubModelFiles.Pick(repository, listing.Files, allowPickle);
        foreach (var name in names)
            await FetchAsync(name).ConfigureAwait(false);
        foreach (var shard in HubModelFiles.Shards(Path.Combine(snapshot, names[^1])))
            await FetchAsync(shard).ConfigureAwait(false);
        cache.WriteRef(revision, listing.Commit);
        return new HubSnapshot(snapshot, listing.Commit);

        async Task FetchAsync(string name)
        {
            if (HubCache.IsThere(Path.Combine(snapshot, name)))
                return;
            var file = await DescribeAsync(repository, listing.Commit, name, cancellationToken).ConfigureAwait(false);
            await download.FetchAsync(file, progress, cancellationToken).ConfigureAwait(false);
            cache.Place(listing.Commit, file);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();

    private static HubSnapshot? Cached(HubCache cache, string revision, bool allowPickle, out string? lacks)
    {
        lacks = $"revision '{revision}'";
        if (cache.CommitOf(revision) is not { } commit)
            return null;
        lacks = HubModelFiles.Missing(cache.Snapshot(commit), allowPickle);
        return lacks is null ? new HubSnapshot(cache.Snapshot(commit), commit) : null;
    }

    /// <summary>Asks which commit a revision is and which files it has.</summary>
    private Task<Listing> ListAsync(string repository, string revision, int attempts, CancellationToken cancellationToken) =>
        _transport.TryAsync(repository, attempts, async token =>
        {
            var address = Address($"api/models/{repository}/revision/{Uri.EscapeDataString(revision)}");
            using var response = await _transport.SendAsync(HttpMethod.Get, address, cancellationToken: token).ConfigureAwait(false);
            HubErrors.ThrowIfRefused(response, repository, revision, file: null, _options.Token is not null);
            return Listing.Parse(await ReadAsync(response, address, token).ConfigureAwait(false), repository, address);
        }, cancellationToken);

    /// <summary>Asks for a file's hash and size.</summary>
    private Task<HubFile> DescribeAsync(string repository, string commit, string name, CancellationToken cancellationToken) =>
        _transport.TryAsync($"{repository}/{name}", _options.Attempts, async token =>
        {
            var address = Address($"{repository}/resolve/{commit}/{Uri.EscapeDataString(name)}");
            using var response = await _transport.SendAsync(HttpMethod.Head, address, stopAt: r => Header(r, "X-Linked-Etag") is not null, cancellationToken: token).ConfigureAwait(false);
            HubErrors.ThrowIfRefused(response, repository, commit, name, _options.Token is not null);
            if (Header(response, "X-Repo-Commit") is { } other && other != commit)
                throw new HubException($"{repository}/{name}: asked for commit {commit}, the server answers with {other}.");
            var etag = Unquoted(Header(response, "X-Linked-Etag") ?? response.Headers.ETag?.Tag);
            if (etag is null || !HubNames.IsBlobName(etag))
                throw new HubException($"{repository}/{name}: the server gives no usable etag (got '{etag}'); the cache is ordered by it. Check HF_ENDPOINT.");
            long? length = long.TryParse(Header(response, "X-Linked-Size"), out long linked) ? linked : response.Content.Headers.ContentLength;
            return new HubFile(name, address, etag, length);
        }, cancellationToken);

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var text = new MemoryStream();
        var buffer = new byte[1 << 14];
        for (int read; (read = await _transport.WithinAsync(token => body.ReadAsync(buffer, token).AsTask(), cancellationToken).ConfigureAwait(false)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > MaxListingBytes)
                throw new HubException($"{address}: the list of files has more than {MaxListingBytes} bytes.");
        }

        return text.ToArray();
    }

    private Uri Address(string path) => new($"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static string? Unquoted(string? etag) =>
        etag is not null && etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..].Trim('"') : etag?.Trim('"');

    private sealed record Listing(string Commit, IReadOnlySet<string> Files)
    {
        public static Listing Parse(byte[] json, string repository, Uri address)
        {
            try
            {
                using var document = OutsideJson.Parse(json, maxDepth: 32);
                var commit = document.RootElement.GetProperty("sha").GetString();
                if (commit is null || !HubNames.IsCommit(commit))
                    throw new HubException($"{repository}: the server gives the commit '{commit}'; expected 40 hexadecimal digits.");
                return new Listing(commit, document.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString()!).ToHashSet(StringComparer.Ordinal));
            }
            catch (Exception e) when (e is InvalidFileException or KeyNotFoundException or InvalidOperationException)
            {
                throw new HubException($"{address}: expected JSON with sha and siblings, as the Hugging Face Hub gives it. Check HF_ENDPOINT. {e.Message}", inner: e);
            }
        }
    }
}
