namespace SciCoT.Hub;

/// <summary>Fetches one file into the cache: resumed where an earlier attempt ended, checked before it counts.</summary>
internal sealed class HubDownload(HubTransport transport, HubOptions options, HubCache cache, HubRepository repository, string revision)
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Brings the file's blob into the cache, unless it is there.</summary>
    /// <exception cref="HubException">The file cannot be had, or what comes is not what was announced.</exception>
    public async Task FetchAsync(HubFile file, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        var what = $"{repository}/{file.Name}";
        if (file.Length > options.MaxFileBytes)
            throw new HubException($"{what}: the file has {file.Length} bytes; at most {options.MaxFileBytes} are taken.");
        if (file.Length is null && !BlobHash.IsHash(file.Etag))
            throw new HubException($"{what}: the server gives neither a size nor a hash, so that a damaged file could not be told from a sound one.");
        using var _ = await cache.LockAsync(file.Etag, cancellationToken).ConfigureAwait(false);
        if (cache.HasBlob(file))
            return;

        Directory.CreateDirectory(Path.GetDirectoryName(cache.Part(file.Etag))!);
        await transport.TryAsync(what, options.Attempts, async token =>
        {
            await ReceiveAsync(file, what, progress, token).ConfigureAwait(false);
            await CheckAsync(file, token).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        File.Move(cache.Part(file.Etag), cache.Blob(file.Etag), overwrite: true);
    }

    private async Task ReceiveAsync(HubFile file, string what, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        await using var part = new FileStream(cache.Part(file.Etag), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, BufferBytes, FileOptions.Asynchronous);
        if (part.Length > (file.Length ?? options.MaxFileBytes))
            part.SetLength(0);
        if (part.Length == file.Length)
            return;

        using var response = await transport.SendAsync(HttpMethod.Get, file.Address, part.Length, cancellationToken: cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode == 416)
        {
            part.SetLength(0);
            throw new TransientException("the server does not continue the partial file", response.StatusCode, TimeSpan.Zero);
        }

        await HubErrors.ThrowIfRefusedAsync(response, repository, revision, file.Name, options.Token is not null, cancellationToken).ConfigureAwait(false);
        bool continues = (int)response.StatusCode == 206 && response.Content.Headers.ContentRange?.From == part.Length;
        if (!continues)
            part.SetLength(0);
        part.Seek(0, SeekOrigin.End);

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[BufferBytes];
        long limit = file.Length ?? options.MaxFileBytes;
        for (int read; (read = await transport.WithinAsync(token => body.ReadAsync(buffer, token).AsTask(), cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (part.Length + read > limit)
            {
                part.SetLength(0);
                throw new HubException($"{what}: the server sends more than the {limit} bytes {(file.Length is null ? "that are taken" : "it announced")}.");
            }

            await part.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            await part.FlushAsync(cancellationToken).ConfigureAwait(false);
            progress?.Report(new HubProgress(file.Name, part.Length, file.Length));
        }

        part.Flush(flushToDisk: true);
    }

    private async Task CheckAsync(HubFile file, CancellationToken cancellationToken)
    {
        var part = cache.Part(file.Etag);
        long length = new FileInfo(part).Length;
        if (file.Length is not null && length != file.Length)
            throw new TransientException($"the connection ended after {length} of {file.Length} bytes");
        if (!BlobHash.IsHash(file.Etag))
            return;
        var hash = await BlobHash.OfAsync(part, file.Etag, cancellationToken).ConfigureAwait(false);
        if (hash == file.Etag)
            return;
        File.Delete(part); // no byte of it can be trusted
        throw new TransientException($"the file that came has the hash {hash}, expected {file.Etag}; it is thrown away");
    }
}
