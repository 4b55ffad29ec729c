using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace SciCoT.Tests.Hub;

/// <summary>
/// A server that answers as the Hugging Face Hub does, on the loopback: a list of files, small files itself, large ones by
/// a redirect to a second host. The next answers to a file can be made to fail in the ways of real networks.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string Repository = "tiny/t5";
    public const string Dataset = "tiny/science";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly WebApplication _hub;
    private readonly WebApplication _store;

    private readonly string _repository, _dataset;

    private FakeHub(string repository, string dataset)
    {
        (_repository, _dataset) = (repository, dataset);
        _hub = Server(AnswerAsync);
        _store = Server(StoreAsync);
    }

    /// <summary>What a file's answer does instead of sending it.</summary>
    public delegate Task Fault(HttpContext context, byte[] content);

    /// <summary>The revisions that there are; <see langword="null"/> for any.</summary>
    public HashSet<string>? Revisions { get; set; }

    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that the list of files has besides.</summary>
    public List<string> OtherNames { get; } = [];

    /// <summary>The next failures, by file name; the list of files has the name <c>""</c>.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<Fault>> Faults { get; } = new();

    /// <summary>The etag that is given instead of the content's hash, by file name.</summary>
    public Dictionary<string, string> Etags { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<Request> Log { get; } = [];

    public Uri Address => new(_hub.Urls.Single());

    /// <param name="repository">The name of its model.</param>
    /// <param name="dataset">The name of its data set, which has the same files.</param>
    public static async Task<FakeHub> StartAsync(string repository = Repository, string dataset = Dataset)
    {
        var hub = new FakeHub(repository, dataset);
        await hub._hub.StartAsync();
        await hub._store.StartAsync();
        return hub;
    }

    public void Fail(string file, params Fault[] faults)
    {
        var queue = Faults.GetOrAdd(file, _ => []);
        foreach (var fault in faults)
            queue.Enqueue(fault);
    }

    public IEnumerable<Request> Downloads(string file) => Log.Where(r => r.Method == "GET" && r.File == file && r.Sent);

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string GitSha1(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>Sends the first half, then breaks the connection.</summary>
    public static async Task Reset(HttpContext context, byte[] content)
    {
        int from = From(context);
        Begin(context, content, from);
        await context.Response.Body.WriteAsync(content.AsMemory(from, (content.Length - from) / 2));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <summary>Ends early as if that were all, which chunked transfer allows.</summary>
    public static async Task Truncate(HttpContext context, byte[] content)
    {
        int from = From(context);
        Begin(context, content, from);
        context.Response.ContentLength = null;
        await context.Response.Body.WriteAsync(content.AsMemory(from, (content.Length - from) / 3));
    }

    public static Task Corrupt(HttpContext context, byte[] content)
    {
        var wrong = content.ToArray();
        wrong[wrong.Length / 2] ^= 1;
        return Send(context, wrong, From(context));
    }

    public static Task IgnoreRange(HttpContext context, byte[] content) => Send(context, content, 0);

    public static async Task SendTooMuch(HttpContext context, byte[] content)
    {
        Begin(context, content, 0);
        context.Response.ContentLength = null;
        await context.Response.Body.WriteAsync(content);
        await context.Response.Body.WriteAsync(content);
    }

    public static Task Stall(HttpContext context, byte[] content) => Task.Delay(Timeout.Infinite, context.RequestAborted);

    public static Fault Status(int status, params (string Name, string Value)[] headers) => (context, _) =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    /// <summary>A server on a free port of the loopback, which takes bodies of any length.</summary>
    internal static WebApplication Server(RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var server = builder.Build();
        server.Run(handler);
        return server;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.StartsWith($"/api/models/{_repository}/revision/", StringComparison.Ordinal) || path.StartsWith($"/api/datasets/{_dataset}/revision/", StringComparison.Ordinal))
        {
            Note(context, "", sent: true);
            if (await FailedAsync(context, "", []))
                return;
            if (Revisions?.Contains(Uri.UnescapeDataString(path[(path.IndexOf("/revision/", StringComparison.Ordinal) + "/revision/".Length)..])) == false)
            {
                await Status(404, ("X-Error-Code", "RevisionNotFound"))(context, []);
                return;
            }

            await context.Response.WriteAsJsonAsync(new { sha = Commit, siblings = Files.Keys.Concat(OtherNames).Select(Sibling) });
            return;
        }

        var resolve = path.StartsWith("/datasets/", StringComparison.Ordinal) ? $"/datasets/{_dataset}/resolve/{Commit}/" : $"/{_repository}/resolve/{Commit}/";
        var file = path.StartsWith(resolve, StringComparison.Ordinal) ? path[resolve.Length..] : null;
        if (file is null || !Files.TryGetValue(file, out var content))
        {
            Note(context, path, sent: false);
            context.Response.StatusCode = 404;
            context.Response.Headers["X-Error-Code"] = file is null ? "RepoNotFound" : "EntryNotFound";
            return;
        }

        context.Response.Headers["X-Repo-Commit"] = Commit;
        if (IsLarge(file))
        {
            Note(context, file, sent: false);
            context.Response.Headers["X-Linked-Etag"] = $"\"{Etags.GetValueOrDefault(file, Sha256(content))}\"";
            context.Response.Headers["X-Linked-Size"] = content.Length.ToString();
            context.Response.Headers.Location = $"{_store.Urls.Single()}/{file}";
            context.Response.StatusCode = 302;
            return;
        }

        Note(context, file, sent: true);
        context.Response.Headers.ETag = $"\"{Etags.GetValueOrDefault(file, GitSha1(content))}\"";
        if (context.Request.Method == "HEAD")
            context.Response.ContentLength = content.Length;
        else if (!await FailedAsync(context, file, content))
            await Send(context, content, From(context));
    }

    private static bool IsLarge(string file) => Path.GetExtension(file) is ".safetensors" or ".bin" or ".parquet";

    private object Sibling(string rfilename) => IsLarge(rfilename) && Files.TryGetValue(rfilename, out var content)
        ? new { rfilename, lfs = new { sha256 = Sha256(content), size = content.Length } }
        : new { rfilename };

    private async Task StoreAsync(HttpContext context)
    {
        var file = context.Request.Path.Value![1..];
        Note(context, file, sent: true);
        if (!await FailedAsync(context, file, Files[file]))
            await Send(context, Files[file], From(context));
    }

    private async Task<bool> FailedAsync(HttpContext context, string file, byte[] content)
    {
        if (!Faults.TryGetValue(file, out var faults) || !faults.TryDequeue(out var fault))
            return false;
        await fault(context, content);
        return true;
    }

    private void Note(HttpContext context, string file, bool sent) => Log.Enqueue(new(
        context.Request.Method, file, context.Request.Headers.Range.ToString(), context.Request.Headers.Authorization.ToString(), sent, context.Connection.LocalPort));

    private static int From(HttpContext context) =>
        context.Request.GetTypedHeaders().Range is { } range ? (int)range.Ranges.Single().From!.Value : 0;

    private static void Begin(HttpContext context, byte[] content, int from)
    {
        context.Response.ContentLength = content.Length - from;
        if (from == 0)
            return;
        context.Response.StatusCode = 206;
        context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
    }

    private static async Task Send(HttpContext context, byte[] content, int from)
    {
        Begin(context, content, from);
        await context.Response.Body.WriteAsync(content.AsMemory(from));
    }

    /// <summary>A request as it came.</summary>
    /// <param name="Method">GET or HEAD.</param>
    /// <param name="File">The file's name.</param>
    /// <param name="Range">Its Range header.</param>
    /// <param name="Authorization">Its Authorization header.</param>
    /// <param name="Sent">Whether the content, and not a redirect, was asked for here.</param>
    /// <param name="Port">The host that it came to.</param>
    internal sealed record Request(string Method, string File, string Range, string Authorization, bool Sent, int Port);
}
