using System.Net;

namespace SciCoT.Hub;

/// <summary>One upload: asks how each file goes up, sends large ones to the storage, and commits all at once.</summary>
internal sealed class HubUpload(HubTransport transport, HubOptions options, HubRepository repository, HubUploadOptions chosen, IProgress<HubProgress>? progress)
{
    private const int FilesPerQuestion = 256;
    private const int BeginningBytes = 512;
    private const string Kept = "large files that were sent whole are kept and are not sent again";

    private readonly Dictionary<(string Path, bool IsGit), string> _hashes = [];

    private string Revision => Uri.EscapeDataString(chosen.Revision);

    /// <exception cref="HubException">The server refuses, or cannot be reached.</exception>
    public async Task<HubCommit> RunAsync(string directory, CancellationToken cancellationToken)
    {
        if (options.Offline)
            throw new HubException($"{repository}: offline. Unset HF_HUB_OFFLINE to upload.");
        if (string.IsNullOrWhiteSpace(options.Token))
            throw new HubException($"{repository}: there is no token to upload with. Set HF_TOKEN to one that may write, or run hf auth login.");
        var files = HubStudentFiles.In(directory);
        var modes = await AskAsync(files, mayMake: true, cancellationToken).ConfigureAwait(false);
        var changed = await ChangedAsync(files, modes, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> unchanged = [.. files.Except(changed).Select(file => file.Name)];
        var address = options.Address(repository.Name);
        if (changed.Count == 0)
            return new HubCommit(await HeadAsync(cancellationToken).ConfigureAwait(false), address, [], unchanged);

        var storage = new HubLargeFiles(transport, options, repository, chosen.Revision, progress);
        foreach (var file in changed.Where(file => modes[file.Name].IsLarge))
            await storage.SendAsync(file, await HashAsync(file, isGit: false, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var commit = await CommitAsync(files, changed, modes, cancellationToken).ConfigureAwait(false);
        return new HubCommit(commit, address, [.. changed.Select(file => file.Name)], unchanged);
    }

    /// <summary>Asks how files go up, and makes the repository and the branch where they are missing.</summary>
    private async Task<IReadOnlyDictionary<string, HubUploadMode>> AskAsync(IReadOnlyList<HubLocalFile> files, bool mayMake, CancellationToken cancellationToken)
    {
        var modes = new Dictionary<string, HubUploadMode>(StringComparer.Ordinal);
        foreach (var some in files.Chunk(FilesPerQuestion))
        {
            var question = HubUploadJson.Question([.. some.Select(file => (file, Beginning(file)))]);
            for (int made = 0; ; made++)
            {
                // Two things may be missing, the repository and the branch.
                var expected = mayMake && made < 2 ? HttpStatusCode.NotFound : default;
                var (status, answer, error) = await PostAsync($"api/models/{repository}/preupload/{Revision}", question, expected, cancellationToken).ConfigureAwait(false);
                if (status != HttpStatusCode.NotFound)
                {
                    foreach (var (name, mode) in HubUploadJson.Modes(answer, repository.Name))
                        modes[name] = mode;
                    break;
                }

                await MakeAsync(isBranch: error == "RevisionNotFound" || made > 0, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var file in files)
        {
            if (!modes.TryGetValue(file.Name, out var mode))
                throw new HubException($"{repository}/{file.Name}: the server does not say how this file is to be sent. Check HF_ENDPOINT.");
            if (mode.IsIgnored)
                throw new HubException($"{repository}/{file.Name}: the repository's .gitignore leaves this file out; a student without it is of no use. Change .gitignore there.");
            if (file.Length == 0)
                modes[file.Name] = mode with { IsLarge = false }; // the storage takes no empty file
        }

        return modes;
    }

    private async Task MakeAsync(bool isBranch, CancellationToken cancellationToken)
    {
        if (isBranch && (chosen.Revision.StartsWith("refs/", StringComparison.Ordinal) || HubNames.IsCommit(chosen.Revision) || chosen.Revision == HubClient.DefaultRevision))
            throw new HubException($"{repository}: there is no revision '{chosen.Revision}' to commit to, and none of this name can be made; name a branch.", HttpStatusCode.NotFound);
        if (isBranch)
            await PostAsync($"api/models/{repository}/branch/{Revision}", HubUploadJson.Write(_ => { }), HttpStatusCode.Conflict, cancellationToken).ConfigureAwait(false);
        else
            await PostAsync("api/repos/create", HubUploadJson.NewRepository(repository.Name, chosen.Private), HttpStatusCode.Conflict, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<HubLocalFile>> ChangedAsync(IReadOnlyList<HubLocalFile> files, IReadOnlyDictionary<string, HubUploadMode> modes, CancellationToken cancellationToken)
    {
        var changed = new List<HubLocalFile>();
        foreach (var file in files)
        {
            if (modes[file.Name].Etag is not { } etag || etag != await HashAsync(file, isGit: !modes[file.Name].IsLarge, cancellationToken).ConfigureAwait(false))
                changed.Add(file);
        }

        return changed;
    }

    /// <summary>Commits. Where the answer is lost, the branch tells whether the commit is there: it is not made twice.</summary>
    private async Task<string> CommitAsync(IReadOnlyList<HubLocalFile> files, IReadOnlyList<HubLocalFile> changed, IReadOnlyDictionary<string, HubUploadMode> modes, CancellationToken cancellationToken)
    {
        var lines = new List<(HubLocalFile, string?)>();
        foreach (var file in changed)
            lines.Add((file, modes[file.Name].IsLarge ? await HashAsync(file, isGit: false, cancellationToken).ConfigureAwait(false) : null));
        var commit = await HubUploadJson.CommitAsync(chosen.Message, lines, cancellationToken).ConfigureAwait(false);
        bool isFirst = true;
        return await transport.TryAsync(repository.Name, options.Attempts, async token =>
        {
            if (!isFirst && (await ChangedAsync(files, await AskAsync(files, mayMake: false, token).ConfigureAwait(false), token).ConfigureAwait(false)).Count == 0)
                return await HeadAsync(token).ConfigureAwait(false);
            isFirst = false;
            var address = options.Address($"api/models/{repository}/commit/{Revision}");
            using var response = await transport.SendAsync(HttpMethod.Post, address, () => HubBody.Of(commit, "application/x-ndjson"), [], token).ConfigureAwait(false);
            await HubErrors.ThrowIfNotWrittenAsync(response, repository.Name, options, token).ConfigureAwait(false);
            return HubUploadJson.Commit(await transport.ReadAsync(response, address, token).ConfigureAwait(false), repository.Name);
        }, cancellationToken, Kept).ConfigureAwait(false);
    }

    /// <summary>The commit that the branch is at.</summary>
    private Task<string> HeadAsync(CancellationToken cancellationToken) => transport.TryAsync(repository.Name, options.Attempts, async token =>
    {
        var address = options.Address(repository.Api(chosen.Revision));
        using var response = await transport.SendAsync(HttpMethod.Get, address, cancellationToken: token).ConfigureAwait(false);
        await HubErrors.ThrowIfRefusedAsync(response, repository, chosen.Revision, file: null, hasToken: true, token).ConfigureAwait(false);
        return HubListing.Parse(await transport.ReadAsync(response, address, token).ConfigureAwait(false), repository, address).Commit;
    }, cancellationToken, Kept);

    /// <summary>Asks the server; the answer is a success or has a status that the caller expects.</summary>
    private Task<(HttpStatusCode Status, byte[] Answer, string? Error)> PostAsync(string path, byte[] body, HttpStatusCode expected, CancellationToken cancellationToken) =>
        transport.TryAsync(repository.Name, options.Attempts, async token =>
        {
            var address = options.Address(path);
            using var response = await transport.SendAsync(HttpMethod.Post, address, () => HubBody.Of(body, HubUploadJson.MediaType), [], token).ConfigureAwait(false);
            if (response.StatusCode == expected)
            {
                // "another conflicting operation is in progress" is no "there is one already"
                if (expected == HttpStatusCode.Conflict && (await HubErrors.SentenceAsync(response, token).ConfigureAwait(false))?.Contains("in progress", StringComparison.OrdinalIgnoreCase) == true)
                    throw new TransientException("the server is busy with another change of the account (409)", response.StatusCode, HubErrors.Delay(response));
                return (response.StatusCode, [], HubErrors.Error(response));
            }

            await HubErrors.ThrowIfNotWrittenAsync(response, repository.Name, options, token).ConfigureAwait(false);
            return (response.StatusCode, await transport.ReadAsync(response, address, token).ConfigureAwait(false), (string?)null);
        }, cancellationToken, Kept);

    private async Task<string> HashAsync(HubLocalFile file, bool isGit, CancellationToken cancellationToken)
    {
        if (!_hashes.TryGetValue((file.Path, isGit), out var hash))
            _hashes[(file.Path, isGit)] = hash = await BlobHash.OfAsync(file.Path, isGit, cancellationToken).ConfigureAwait(false);
        return hash;
    }

    private static byte[] Beginning(HubLocalFile file)
    {
        using var stream = File.OpenRead(file.Path);
        var bytes = new byte[BeginningBytes];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
