using System.Globalization;
using System.Net;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>Sends files to the storage for large ones (Git LFS), whole or in parts, by the instructions that the server gives for each.</summary>
internal sealed class HubLargeFiles(HubTransport transport, HubOptions options, HubRepository repository, string branch, IProgress<HubProgress>? progress)
{
    private const string MediaType = "application/vnd.git-lfs+json";
    private const string Kept = "what was sent whole is kept and is not sent again";

    /// <summary>So often are new instructions asked for where the storage does not take those that it had: they are valid for a time.</summary>
    private const int Instructions = 3;

    private static readonly KeyValuePair<string, string>[] Accept = [new("Accept", MediaType)];

    /// <summary>Sends a file, unless the storage has it.</summary>
    /// <exception cref="HubException">The server or the storage refuses it, or cannot be reached.</exception>
    public async Task SendAsync(HubLocalFile file, string hash, CancellationToken cancellationToken)
    {
        var what = $"{repository}/{file.Name}";
        for (int asked = 1; ; asked++)
        {
            var given = await AskAsync(file, hash, what, cancellationToken).ConfigureAwait(false);
            if (given is null)
            {
                progress?.Report(new HubProgress(file.Name, file.Length, file.Length));
                return;
            }

            try
            {
                await SendAsync(file, hash, what, given, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (RefusedInstructionsException e) when (asked == Instructions)
            {
                throw new HubException($"{what}: the storage refuses the file ({(int)e.Status}), with new instructions too. Try again later: {Kept}.", e.Status, e);
            }
            catch (RefusedInstructionsException)
            {
                // They may have run out.
            }
        }
    }

    /// <summary>Asks how a file is to be sent; <see langword="null"/> where the storage has it.</summary>
    private Task<Transfer?> AskAsync(HubLocalFile file, string hash, string what, CancellationToken cancellationToken) => transport.TryAsync(what, options.Attempts, async token =>
    {
        var address = options.Address($"{repository}.git/info/lfs/objects/batch");
        var answer = await PostAsync(address, HubUploadJson.LargeFile(hash, file.Length, branch), what, token).ConfigureAwait(false);
        return HubUploadJson.Read(answer, what, "objects with actions", root => ReadTransfer(root, what, hash, file.Length));
    }, cancellationToken, Kept);

    private async Task SendAsync(HubLocalFile file, string hash, string what, Transfer transfer, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
        var etags = new List<string>();
        for (int i = 0; i < transfer.Parts.Count; i++)
        {
            long from = i * transfer.PartBytes, length = Math.Min(transfer.PartBytes, file.Length - from);
            etags.Add(await PutAsync(stream, file, what, transfer.Parts[i], transfer.Headers, from, length, cancellationToken).ConfigureAwait(false));
        }

        if (transfer.Complete is { } complete)
        {
            if (etags.FindIndex(etag => etag.Length == 0) is >= 0 and var lacking)
                throw new HubException($"{what}: the storage gives no etag for part {lacking + 1}, so that the parts cannot be joined.");
            await TryPostAsync(complete, HubUploadJson.SentInParts(hash, etags)).ConfigureAwait(false);
        }

        if (transfer.Verify is { } verify)
            await TryPostAsync(verify, HubUploadJson.Sent(hash, file.Length)).ConfigureAwait(false);

        Task<byte[]> TryPostAsync(Uri address, byte[] body) => transport.TryAsync(what, options.Attempts, token => PostAsync(address, body, what, token), cancellationToken, Kept);
    }

    /// <summary>Sends one part.</summary>
    /// <returns>The storage's name for it.</returns>
    private Task<string> PutAsync(
        FileStream stream, HubLocalFile file, string what, Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, long from, long length, CancellationToken cancellationToken) => transport.TryAsync(what, options.Attempts, async token =>
    {
        using var response = await transport.SendAsync(
            HttpMethod.Put,
            address,
            () => new HubBody(stream, what, from, length, sent => progress?.Report(new HubProgress(file.Name, sent, file.Length))),
            headers,
            token).ConfigureAwait(false);
        int status = (int)response.StatusCode;
        if (status is 429 or >= 500)
            throw new TransientException($"the storage answers {status}", response.StatusCode, HubErrors.Delay(response));
        if (status is 402 or 413)
            await HubErrors.ThrowIfNotWrittenAsync(response, what, options, token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new RefusedInstructionsException(response.StatusCode);
        return response.Headers.NonValidated.TryGetValues("ETag", out var etag) ? etag.ToString() : "";
    }, cancellationToken, Kept);

    private async Task<byte[]> PostAsync(Uri address, byte[] body, string what, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(HttpMethod.Post, address, () => HubBody.Of(body, MediaType), Accept, cancellationToken).ConfigureAwait(false);
        await HubErrors.ThrowIfNotWrittenAsync(response, what, options, cancellationToken).ConfigureAwait(false);
        return await transport.ReadAsync(response, address, cancellationToken).ConfigureAwait(false);
    }

    private Transfer? ReadTransfer(JsonElement root, string what, string hash, long length)
    {
        var entry = root.GetProperty("objects").EnumerateArray().Single(one => one.GetProperty("oid").GetString() == hash);
        if (entry.TryGetProperty("error", out var error))
        {
            var sentence = error.TryGetProperty("message", out var said) && said.ValueKind == JsonValueKind.String ? ForeignText.OneLine(said.GetString()!) : "no reason";
            throw new HubException($"{what}: the server does not take the file. It says: {sentence}");
        }

        if (!entry.TryGetProperty("actions", out var actions) || actions.ValueKind != JsonValueKind.Object || !actions.TryGetProperty("upload", out var upload))
            return null;
        var target = Address(upload, what);
        var verify = actions.TryGetProperty("verify", out var check) ? Address(check, what) : null;
        var headers = upload.TryGetProperty("header", out var header) && header.ValueKind == JsonValueKind.Object
            ? header.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, one.Value.ToString())).ToArray()
            : [];
        if (headers.FirstOrDefault(one => one.Key == "chunk_size").Value is not { } size)
            return new Transfer([target], length, headers, null, verify);

        var parts = headers.Where(one => int.TryParse(one.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)).OrderBy(one => int.Parse(one.Key, CultureInfo.InvariantCulture)).Select(one => Allowed(one.Value, what)).ToArray();
        if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) || bytes < 1 || parts.Length != (length + bytes - 1) / bytes)
            throw new HubException($"{what}: the server names {parts.Length} addresses for parts of {size} bytes of a file of {length}. Check HF_ENDPOINT.");
        return new Transfer(parts, bytes, [], target, verify);
    }

    private Uri Address(JsonElement action, string what) => Allowed(action.GetProperty("href").GetString(), what);

    private Uri Allowed(string? address, string what) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && HubTransport.IsAllowed(uri, options.Endpoint)
            ? uri
            : throw new HubException($"{what}: the server names an address for the file that is not https; nothing is sent there.");

    /// <summary>The server's instructions for one file.</summary>
    /// <param name="Parts">Where its parts go; one where it goes up whole.</param>
    /// <param name="PartBytes">How long each is, but for the last.</param>
    /// <param name="Headers">What is said with them.</param>
    /// <param name="Complete">Where it is told that all parts are there.</param>
    /// <param name="Verify">Where the server is asked to look at the file.</param>
    private sealed record Transfer(IReadOnlyList<Uri> Parts, long PartBytes, IReadOnlyList<KeyValuePair<string, string>> Headers, Uri? Complete, Uri? Verify);

    private sealed class RefusedInstructionsException(HttpStatusCode status) : Exception($"The storage answers {(int)status}.")
    {
        public HttpStatusCode Status { get; } = status;
    }
}
