using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>What the server says of a revision.</summary>
/// <param name="Commit">The commit that it is.</param>
/// <param name="Files">The names of its files. Those that could lead out of the cache's folder are left out.</param>
/// <param name="Large">The sizes and hashes of large files, where the list has them.</param>
internal sealed record HubListing(string Commit, IReadOnlySet<string> Files, IReadOnlyDictionary<string, (string Etag, long? Length)> Large)
{
    /// <summary>Reads the server's answer.</summary>
    /// <exception cref="HubException">It is no list of files.</exception>
    public static HubListing Parse(byte[] json, HubRepository repository, Uri address)
    {
        try
        {
            using var document = OutsideJson.Parse(json, maxDepth: 32);
            var commit = document.RootElement.GetProperty("sha").GetString();
            if (commit is null || !HubNames.IsCommit(commit))
                throw new HubException($"{repository}: the server gives the commit '{commit}'; expected 40 hexadecimal digits.");
            var files = new HashSet<string>(StringComparer.Ordinal);
            var large = new Dictionary<string, (string, long?)>(StringComparer.Ordinal);
            foreach (var file in document.RootElement.GetProperty("siblings").EnumerateArray())
            {
                var name = file.GetProperty("rfilename").GetString()!;
                if (!HubNames.IsFileName(name))
                    continue;
                files.Add(name);
                if (file.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object && lfs.TryGetProperty("sha256", out var hash) && hash.GetString() is { } etag && BlobHash.IsHash(etag))
                    large[name] = (etag, lfs.TryGetProperty("size", out var size) && size.TryGetInt64(out long length) ? length : null);
            }

            return new HubListing(commit, files, large);
        }
        catch (Exception e) when (e is InvalidFileException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HubException($"{address}: expected JSON with sha and siblings, as the Hugging Face Hub gives it. Check HF_ENDPOINT. {e.Message}", inner: e);
        }
    }
}
