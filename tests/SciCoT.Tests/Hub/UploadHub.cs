using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace SciCoT.Tests.Hub;

/// <summary>
/// A server that takes uploads as the Hugging Face Hub does, with a storage for large files on another port, and that gives them
/// back. Its steps can be made to fail.
/// </summary>
internal sealed class UploadHub : IAsyncDisposable
{
    public const string Token = "hf_secret_token_of_a_test";
    private const string Signature = "X-Amz-Signature=secret-signature";

    private readonly WebApplication _hub;
    private readonly WebApplication _storage;
    private readonly ConcurrentDictionary<string, byte[]> _parts = new();
    private int _commits;

    private UploadHub()
    {
        _hub = FakeHub.Server(AnswerAsync);
        _storage = FakeHub.Server(StoreAsync);
    }

    /// <summary>What happens to a request in place of what it asks for.</summary>
    /// <returns>Whether the request is done with; otherwise it goes on.</returns>
    public delegate Task<bool> Fault(HttpContext context);

    /// <summary>The repositories by name; each has branches, and each branch its files.</summary>
    public ConcurrentDictionary<string, Repository> Repositories { get; } = new();

    /// <summary>What the storage has, by SHA-256.</summary>
    public ConcurrentDictionary<string, byte[]> Stored { get; } = new();

    /// <summary>The next failures, by step: create, branch, preupload, batch, put, complete, verify, commit.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<Fault>> Faults { get; } = new();

    public ConcurrentQueue<(string Step, string Authorization, string Body)> Log { get; } = [];

    /// <summary>Large files go up in parts of so many bytes; whole where it is 0.</summary>
    public int PartBytes { get; set; }

    /// <summary>What the addresses of the storage begin with, where it is not the storage's own.</summary>
    public string? OtherStorage { get; set; }

    public Uri Address => new(_hub.Urls.Single());

    public static async Task<UploadHub> StartAsync()
    {
        var hub = new UploadHub();
        await hub._hub.StartAsync();
        await hub._storage.StartAsync();
        return hub;
    }

    public void Fail(string step, params Fault[] faults)
    {
        foreach (var fault in faults)
            Faults.GetOrAdd(step, _ => []).Enqueue(fault);
    }

    public int Count(string step) => Log.Count(entry => entry.Step == step);

    public static Fault Status(int status, string? error = null, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        if (error is not null)
        {
            var body = Encoding.UTF8.GetBytes(new JsonObject { ["error"] = error }.ToJsonString());
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        }

        return true;
    };

    /// <summary>Reads some of the body, then breaks the connection.</summary>
    public static async Task<bool> Cut(HttpContext context)
    {
        var some = new byte[64];
        _ = await context.Request.Body.ReadAsync(some);
        context.Abort();
        return true;
    }

    /// <summary>Does what is asked, but its answer never arrives.</summary>
    public Fault LoseAnswer(string step) => async context =>
    {
        await DoAsync(step, context, new MemoryStream());
        context.Abort();
        return true;
    };

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var step = path switch
        {
            "/api/repos/create" => "create",
            _ when path.Contains("/branch/", StringComparison.Ordinal) => "branch",
            _ when path.Contains("/preupload/", StringComparison.Ordinal) => "preupload",
            _ when path.Contains("/commit/", StringComparison.Ordinal) => "commit",
            _ when path.EndsWith("/info/lfs/objects/batch", StringComparison.Ordinal) => "batch",
            "/lfs/complete" => "complete",
            "/lfs/verify" => "verify",
            _ => "read",
        };
        await RunAsync(step, context);
    }

    private Task StoreAsync(HttpContext context) => RunAsync("put", context);

    private async Task RunAsync(string step, HttpContext context)
    {
        if (Faults.TryGetValue(step, out var faults) && faults.TryDequeue(out var fault))
        {
            Log.Enqueue((step, context.Request.Headers.Authorization.ToString(), "failed"));
            if (await fault(context))
                return;
        }

        await DoAsync(step, context, context.Response.Body);
    }

    private async Task DoAsync(string step, HttpContext context, Stream answer)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Log.Enqueue((step, context.Request.Headers.Authorization.ToString(), step == "put" ? "" : Encoding.UTF8.GetString(body.ToArray())));
        if (step is not ("put" or "read") && context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            await Status(401, "Invalid credentials in Authorization header")(context);
            return;
        }

        switch (step)
        {
            case "create":
                var wanted = JsonNode.Parse(body.ToArray())!;
                var name = $"{wanted["organization"]}/{wanted["name"]}";
                context.Response.StatusCode = Repositories.TryAdd(name, new Repository((bool)wanted["private"]!)) ? 200 : 409;
                await JsonAsync(new JsonObject { ["url"] = $"{Address}{name}" });
                break;
            case "put":
                _parts[context.Request.Path.Value!] = body.ToArray();
                if (!context.Request.Query.ContainsKey("part"))
                    Stored[context.Request.Path.Value![1..]] = body.ToArray();
                context.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(MD5.HashData(body.ToArray()))}\"";
                break;
            case "complete":
                Complete(JsonNode.Parse(body.ToArray())!);
                break;
            case "verify":
                context.Response.StatusCode = Stored.TryGetValue((string)JsonNode.Parse(body.ToArray())!["oid"]!, out var known) && Convert.ToHexStringLower(SHA256.HashData(known)) == (string)JsonNode.Parse(body.ToArray())!["oid"]! ? 200 : 422;
                break;
            case "batch":
                await JsonAsync(Instructions(JsonNode.Parse(body.ToArray())!));
                break;
            default:
                await WithRepositoryAsync(step, context, body.ToArray(), JsonAsync, answer);
                break;
        }

        async Task JsonAsync(JsonNode json)
        {
            var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer is MemoryStream ? null : bytes.Length;
            await answer.WriteAsync(bytes);
        }
    }

    private async Task WithRepositoryAsync(string step, HttpContext context, byte[] body, Func<JsonNode, Task> jsonAsync, Stream answer)
    {
        var parts = context.Request.Path.Value![1..].Split('/');
        bool isApi = parts[0] == "api";
        var name = isApi ? $"{parts[2]}/{parts[3]}" : $"{parts[0]}/{parts[1]}";
        if (!Repositories.TryGetValue(name, out var repository))
        {
            await Status(404, "Repository not found", ("X-Error-Code", "RepoNotFound"))(context);
            return;
        }

        var revision = Uri.UnescapeDataString(isApi ? parts[5] : parts[3]);
        if (step == "branch")
        {
            context.Response.StatusCode = repository.Branches.TryAdd(revision, repository.Branches["main"]) ? 200 : 409;
            return;
        }

        var found = repository.Branches.Where(branch => branch.Key == revision || branch.Value.Commit == revision).Select(branch => branch.Value).FirstOrDefault();
        if (found is null)
        {
            await Status(404, $"Invalid rev id: {revision}", ("X-Error-Code", "RevisionNotFound"))(context);
            return;
        }

        switch (step)
        {
            case "preupload":
                await jsonAsync(new JsonObject
                {
                    ["files"] = new JsonArray([.. JsonNode.Parse(body)!["files"]!.AsArray().Select(file => new JsonObject
                    {
                        ["path"] = (string)file!["path"]!,
                        ["uploadMode"] = IsLarge((string)file["path"]!) ? "lfs" : "regular",
                        ["shouldIgnore"] = false,
                        ["oid"] = found.Files.TryGetValue((string)file["path"]!, out var content) ? Etag((string)file["path"]!, content) : null,
                    })]),
                });
                break;
            case "commit":
                var files = new Dictionary<string, byte[]>(found.Files, StringComparer.Ordinal);
                var lines = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
                foreach (var line in lines.Skip(1))
                {
                    var path = (string)line["value"]!["path"]!;
                    files[path] = (string)line["key"]! == "lfsFile" ? Stored[(string)line["value"]!["oid"]!] : Convert.FromBase64String((string)line["value"]!["content"]!);
                }

                var commit = Interlocked.Increment(ref _commits).ToString("x40", CultureInfo.InvariantCulture);
                repository.Branches[revision] = new Branch(commit, files);
                repository.Messages.Enqueue((string)lines[0]["value"]!["summary"]!);
                await jsonAsync(new JsonObject { ["commitOid"] = commit, ["commitUrl"] = $"{Address}{name}/commit/{commit}" });
                break;
            default:
                await ReadAsync(context, isApi, found, string.Join('/', parts[Math.Min(4, parts.Length)..]), jsonAsync, answer);
                break;
        }
    }

    private static async Task ReadAsync(HttpContext context, bool isApi, Branch branch, string file, Func<JsonNode, Task> jsonAsync, Stream answer)
    {
        if (isApi)
        {
            await jsonAsync(new JsonObject { ["sha"] = branch.Commit, ["siblings"] = new JsonArray([.. branch.Files.Keys.Select(name => new JsonObject { ["rfilename"] = name })]) });
            return;
        }

        var content = branch.Files[file];
        context.Response.Headers.ETag = $"\"{Etag(file, content)}\"";
        context.Response.Headers["X-Repo-Commit"] = branch.Commit;
        context.Response.ContentLength = content.Length;
        if (context.Request.Method == "GET")
            await answer.WriteAsync(content);
    }

    private JsonObject Instructions(JsonNode question)
    {
        var wanted = question["objects"]![0]!;
        var (oid, size) = ((string)wanted["oid"]!, (long)wanted["size"]!);
        var entry = new JsonObject { ["oid"] = oid, ["size"] = size };
        if (!Stored.ContainsKey(oid))
        {
            var storage = OtherStorage ?? _storage.Urls.Single();
            var upload = new JsonObject { ["href"] = $"{storage}/{oid}?{Signature}" };
            if (PartBytes > 0)
            {
                upload["href"] = $"{Address}lfs/complete?{Signature}";
                var header = new JsonObject { ["chunk_size"] = PartBytes.ToString(CultureInfo.InvariantCulture) };
                for (int i = 0; i < (size + PartBytes - 1) / PartBytes; i++)
                    header[(i + 1).ToString("00000", CultureInfo.InvariantCulture)] = $"{storage}/{oid}/{i + 1}?part={i + 1}&{Signature}";
                upload["header"] = header;
            }

            entry["actions"] = new JsonObject { ["upload"] = upload, ["verify"] = new JsonObject { ["href"] = $"{Address}lfs/verify" } };
        }

        return new JsonObject { ["transfer"] = PartBytes > 0 ? "multipart" : "basic", ["objects"] = new JsonArray(entry) };
    }

    private void Complete(JsonNode question)
    {
        var oid = (string)question["oid"]!;
        Stored[oid] = [.. question["parts"]!.AsArray().SelectMany(part =>
        {
            var content = _parts[$"/{oid}/{(int)part!["partNumber"]!}"];
            Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(content))}\"", (string)part["etag"]!);
            return content;
        })];
    }

    private static bool IsLarge(string name) => Path.GetExtension(name) is ".safetensors" or ".model";

    private static string Etag(string name, byte[] content) => IsLarge(name) ? FakeHub.Sha256(content) : FakeHub.GitSha1(content);

    internal sealed record Branch(string Commit, IReadOnlyDictionary<string, byte[]> Files);

    internal sealed class Repository(bool isPrivate)
    {
        public bool IsPrivate => isPrivate;

        public ConcurrentDictionary<string, Branch> Branches { get; } = new() { ["main"] = new(new string('0', 40), new Dictionary<string, byte[]>()) };

        public ConcurrentQueue<string> Messages { get; } = [];

        public IReadOnlyDictionary<string, byte[]> Files => Branches["main"].Files;
    }
}
