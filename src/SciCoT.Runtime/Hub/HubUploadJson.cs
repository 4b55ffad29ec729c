using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>How a file goes up, as the server decides.</summary>
/// <param name="IsLarge">Whether it goes to the storage for large files; others are a part of the commit.</param>
/// <param name="IsIgnored">Whether the repository ignores files of this name.</param>
/// <param name="Etag">The hash of what the branch has under this name: SHA-256 of a large file, git's SHA-1 of others.</param>
internal sealed record HubUploadMode(bool IsLarge, bool IsIgnored, string? Etag);

/// <summary>What is sent to the server for an upload, and what it answers.</summary>
internal static class HubUploadJson
{
    public const string MediaType = "application/json";

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return text.ToArray();
    }

    public static byte[] NewRepository(string repository, bool isPrivate) => Write(json =>
    {
        var name = repository.Split('/');
        json.WriteString("name", name[1]);
        json.WriteString("organization", name[0]);
        json.WriteString("type", "model");
        json.WriteBoolean("private", isPrivate);
    });

    /// <summary>Asks how files go up; the server looks at their beginnings.</summary>
    public static byte[] Question(IEnumerable<(HubLocalFile File, byte[] Beginning)> files) => Write(json =>
    {
        json.WriteStartArray("files");
        foreach (var (file, beginning) in files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Name);
            json.WriteBase64String("sample", beginning);
            json.WriteNumber("size", file.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>The commit: one line for what it is called, and one for each file.</summary>
    public static async Task<byte[]> CommitAsync(string message, IEnumerable<(HubLocalFile File, string? Sha256)> files, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        Line("header", json =>
        {
            json.WriteString("summary", message);
            json.WriteString("description", "");
        });
        foreach (var (file, hash) in files)
        {
            var content = hash is null ? await File.ReadAllBytesAsync(file.Path, cancellationToken).ConfigureAwait(false) : [];
            Line(hash is null ? "file" : "lfsFile", json =>
            {
                json.WriteString("path", file.Name);
                if (hash is null)
                {
                    json.WriteBase64String("content", content);
                    json.WriteString("encoding", "base64");
                    return;
                }

                json.WriteString("algo", "sha256");
                json.WriteString("oid", hash);
                json.WriteNumber("size", file.Length);
            });
        }

        return lines.ToArray();

        void Line(string key, Action<Utf8JsonWriter> value)
        {
            lines.Write(Write(json =>
            {
                json.WriteString("key", key);
                json.WriteStartObject("value");
                value(json);
                json.WriteEndObject();
            }));
            lines.WriteByte((byte)'\n');
        }
    }

    public static byte[] LargeFile(string hash, long length, string branch) => Write(json =>
    {
        json.WriteString("operation", "upload");
        json.WriteStartArray("transfers");
        json.WriteStringValue("basic");
        json.WriteStringValue("multipart");
        json.WriteEndArray();
        json.WriteStartArray("objects");
        json.WriteStartObject();
        Object(json, hash, length);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("hash_algo", "sha256");
        json.WriteStartObject("ref");
        json.WriteString("name", branch);
        json.WriteEndObject();
    });

    public static byte[] Sent(string hash, long length) => Write(json => Object(json, hash, length));

    public static byte[] SentInParts(string hash, IReadOnlyList<string> etags) => Write(json =>
    {
        json.WriteString("oid", hash);
        json.WriteStartArray("parts");
        for (int i = 0; i < etags.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("partNumber", i + 1);
            json.WriteString("etag", etags[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static IReadOnlyDictionary<string, HubUploadMode> Modes(byte[] answer, string what) => Read(answer, what, "files with path and uploadMode", root =>
        root.GetProperty("files").EnumerateArray().ToDictionary(
            file => file.GetProperty("path").GetString()!,
            file => new HubUploadMode(
                file.GetProperty("uploadMode").GetString() is "lfs",
                file.TryGetProperty("shouldIgnore", out var ignored) && ignored.ValueKind == JsonValueKind.True,
                file.TryGetProperty("oid", out var oid) && oid.ValueKind == JsonValueKind.String ? oid.GetString() : null),
            StringComparer.Ordinal));

    public static string Commit(byte[] answer, string what) => Read(answer, what, "commitOid", root =>
        root.GetProperty("commitOid").GetString() is { } commit && HubNames.IsCommit(commit) ? commit : throw new KeyNotFoundException("commitOid is no commit."));

    /// <summary>Reads an answer.</summary>
    /// <exception cref="HubException">It is not of the form that the server has.</exception>
    public static T Read<T>(byte[] answer, string what, string expected, Func<JsonElement, T> read)
    {
        try
        {
            using var document = OutsideJson.Parse(answer, maxDepth: 16);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is InvalidFileException or KeyNotFoundException or InvalidOperationException or ArgumentException or FormatException)
        {
            throw new HubException($"{what}: expected JSON with {expected}, as the Hugging Face Hub gives it. Check HF_ENDPOINT.", inner: e);
        }
    }

    private static void Object(Utf8JsonWriter json, string hash, long length)
    {
        json.WriteString("oid", hash);
        json.WriteNumber("size", length);
    }
}
