using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SciCoT.Tests.AnnotationHost;

/// <summary>A server on the loopback that speaks OpenAI's files and batches, and misbehaves as a script says.</summary>
public sealed class BatchServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly ConcurrentDictionary<string, Batch> _batches = new();
    private readonly ConcurrentDictionary<string, int> _paid = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private int _last;

    private BatchServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Use(FaultAsync);
        _app.MapPost("/v1/files", UploadAsync);
        _app.MapPost("/v1/batches", CreateAsync);
        _app.MapGet("/v1/batches", ListAsync);
        _app.MapGet("/v1/batches/{id}", (string id, HttpContext context) => GetAsync(id, context));
        _app.MapGet("/v1/files/{id}/content", (string id, HttpContext context) => ContentAsync(id, context));
    }

    public Uri Address => new(_app.Urls.Single() + "/v1");

    /// <summary>How a batch ends: its number from 0.</summary>
    public Func<int, BatchEnd> Script { get; set; } = _ => new();

    /// <summary>What befalls a call: its name ("upload", "create", "list", "poll", "fetch") and how many of that name came before.</summary>
    public Func<string, int, CallFault> Faults { get; set; } = (_, _) => CallFault.None;

    /// <summary>Is told each call before it is answered.</summary>
    public Action<string> Called { get; set; } = _ => { };

    /// <summary>How often each stem was answered, and paid for.</summary>
    public IReadOnlyDictionary<string, int> Paid => _paid;

    public IReadOnlyDictionary<string, int> Calls => _calls;

    /// <summary>The requests of each batch, in the order in which the batches were made.</summary>
    public IReadOnlyList<int> BatchSizes => [.. _batches.Values.OrderBy(batch => batch.Number).Select(batch => batch.Lines.Length)];

    public static async Task<BatchServer> StartAsync()
    {
        var server = new BatchServer();
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string NameOf(HttpRequest request) => (request.Method, request.Path.Value!) switch
    {
        ("POST", "/v1/files") => "upload",
        ("POST", _) => "create",
        (_, "/v1/batches") => "list",
        (_, var path) when path.StartsWith("/v1/files", StringComparison.Ordinal) => "fetch",
        _ => "poll",
    };

    private async Task FaultAsync(HttpContext context, RequestDelegate next)
    {
        var name = NameOf(context.Request);
        int number = _calls.AddOrUpdate(name, 1, (_, count) => count + 1) - 1;
        Called(name);
        switch (Faults(name, number))
        {
            case CallFault.Unavailable:
                context.Response.StatusCode = 503;
                await context.Response.WriteAsJsonAsync(new { error = new { message = "Try later.", code = "overloaded" } });
                break;
            case CallFault.Unauthorized:
                context.Response.StatusCode = 401;
                await context.Response.WriteAsJsonAsync(new { error = new { message = "No such key.", code = "invalid_api_key" } });
                break;
            case CallFault.Reset:
                context.Abort();
                break;
            case CallFault.AnswerLost:
                var body = context.Response.Body;
                context.Response.Body = Stream.Null;
                await next(context);
                context.Response.Body = body;
                context.Abort();
                break;
            case CallFault.BrokenOff:
                context.Items["broken"] = true;
                await next(context);
                break;
            default:
                await next(context);
                break;
        }
    }

    private async Task UploadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["purpose"] != "batch" || form.Files.SingleOrDefault() is not { } file)
        {
            context.Response.StatusCode = 400;
            return;
        }

        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, context.RequestAborted);
        var id = $"file-{Interlocked.Increment(ref _last)}";
        _files[id] = bytes.ToArray();
        await context.Response.WriteAsJsonAsync(new { id, purpose = "batch", bytes = bytes.Length });
    }

    private async Task CreateAsync(HttpContext context)
    {
        var wanted = (await JsonNode.ParseAsync(context.Request.Body))!;
        var input = (string)wanted["input_file_id"]!;
        Batch batch;
        lock (_batches)
        {
            int number = _batches.Count;
            var lines = Encoding.UTF8.GetString(_files[input]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            batch = new($"batch_{number}", number, input, (JsonObject)wanted["metadata"]!.DeepClone(), lines, Script(number));
            _batches[batch.Id] = batch;
        }

        await context.Response.WriteAsJsonAsync(Describe(batch));
    }

    private async Task ListAsync(HttpContext context)
    {
        // The newest first, page by page.
        int limit = int.Parse(context.Request.Query["limit"].ToString(), CultureInfo.InvariantCulture);
        var after = context.Request.Query["after"].ToString();
        var all = _batches.Values.OrderByDescending(batch => batch.Number).SkipWhile(batch => after.Length > 0 && batch.Id != after).Skip(after.Length > 0 ? 1 : 0).ToArray();
        await context.Response.WriteAsJsonAsync(new JsonObject { ["data"] = new JsonArray([.. all.Take(limit).Select(Describe)]), ["has_more"] = all.Length > limit });
    }

    private async Task GetAsync(string id, HttpContext context)
    {
        if (!_batches.TryGetValue(id, out var batch) || batch.End.IsForgotten)
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsJsonAsync(new { error = new { message = "No such batch.", code = "not_found" } });
            return;
        }

        lock (batch)
        {
            if (++batch.Polls > batch.End.Polls && batch.State == "in_progress")
                Finish(batch);
        }

        await context.Response.WriteAsJsonAsync(Describe(batch));
    }

    private async Task ContentAsync(string id, HttpContext context)
    {
        var bytes = _files[id];
        context.Response.ContentLength = bytes.Length;
        if (context.Items.ContainsKey("broken"))
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(bytes);
    }

    /// <summary>Answers a batch's lines in another order than they came in.</summary>
    private void Finish(Batch batch)
    {
        var (output, errors) = (new StringBuilder(), new StringBuilder());
        var random = new Random(batch.Number);
        if (batch.End.State != "failed")
        {
            foreach (int i in Enumerable.Range(0, batch.Lines.Length).OrderBy(_ => random.Next()))
            {
                var line = JsonNode.Parse(batch.Lines[i])!;
                using var body = JsonDocument.Parse(line["body"]!.ToJsonString());
                var stem = ChatServer.Stem(body.RootElement);
                var end = batch.End.Lines(stem, _asked.AddOrUpdate(stem, 1, (_, count) => count + 1) - 1);
                var answer = new JsonObject { ["id"] = $"r{i}", ["custom_id"] = (string)line["custom_id"]!, ["response"] = null, ["error"] = null };
                if (end.ErrorCode is { } code)
                {
                    answer["error"] = new JsonObject { ["code"] = code, ["message"] = "This request could not be executed." };
                    errors.Append(answer.ToJsonString()).Append('\n');
                }
                else if (!end.IsMissing)
                {
                    bool isPaid = end.Status == 200;
                    var reply = isPaid ? JsonNode.Parse(ChatServer.Reply($"chatcmpl-{batch.Number}-{i}", end.Answer)) : new JsonObject { ["error"] = new JsonObject { ["message"] = "The server says no.", ["code"] = "server_says" } };
                    answer["response"] = new JsonObject { ["status_code"] = end.Status, ["request_id"] = "x", ["body"] = reply };
                    (isPaid ? output : errors).Append(answer.ToJsonString()).Append('\n');
                    if (isPaid)
                        _paid.AddOrUpdate(stem, 1, (_, count) => count + 1);
                }
            }
        }

        batch.Output = Store(output.Append(batch.End.Rubbish).ToString());
        batch.Errors = Store(errors.ToString());
        batch.State = batch.End.State;
    }

    private string? Store(string text)
    {
        if (text.Length == 0)
            return null;
        var id = $"file-{Interlocked.Increment(ref _last)}";
        _files[id] = Encoding.UTF8.GetBytes(text);
        return id;
    }

    private static JsonNode Describe(Batch batch) => new JsonObject
    {
        ["id"] = batch.Id,
        ["object"] = "batch",
        ["status"] = batch.State,
        ["input_file_id"] = batch.Input,
        ["output_file_id"] = batch.Output,
        ["error_file_id"] = batch.Errors,
        ["metadata"] = batch.End.DropsMetadata ? null : batch.Metadata.DeepClone(),
        ["errors"] = batch.State == "failed" ? new JsonObject { ["data"] = new JsonArray(new JsonObject { ["code"] = batch.End.FailureCode, ["message"] = "The batch is not liked.", ["line"] = 3 }) } : null,
        ["request_counts"] = new JsonObject { ["total"] = batch.Lines.Length, ["completed"] = batch.State == "completed" ? batch.Lines.Length : 0, ["failed"] = 0 },
    };

    private sealed record Batch(string Id, int Number, string Input, JsonObject Metadata, string[] Lines, BatchEnd End)
    {
        public int Polls { get; set; }

        public string State { get; set; } = "in_progress";

        public string? Output { get; set; }

        public string? Errors { get; set; }
    }
}

/// <summary>What befalls a call.</summary>
public enum CallFault
{
    None,
    Unavailable,
    Unauthorized,

    /// <summary>The connection is reset before the server does anything.</summary>
    Reset,

    /// <summary>The server does what it was asked, and the connection is reset before the answer.</summary>
    AnswerLost,

    /// <summary>The connection breaks in the middle of a file.</summary>
    BrokenOff,
}

/// <summary>How a batch ends.</summary>
public sealed record BatchEnd(string State = "completed")
{
    /// <summary>How often its state is asked for before it ends.</summary>
    public int Polls { get; init; } = 2;

    /// <summary>How a line ends, by the question's stem and how often it was in a batch before.</summary>
    public Func<string, int, LineEnd> Lines { get; init; } = (_, _) => new();

    /// <summary>What else is in the file of replies.</summary>
    public string Rubbish { get; init; } = "";

    public string FailureCode { get; init; } = "invalid_request";

    /// <summary>The service keeps no metadata.</summary>
    public bool DropsMetadata { get; init; }

    /// <summary>The service knows the batch no more.</summary>
    public bool IsForgotten { get; init; }
}

/// <summary>How a line of a batch ends.</summary>
public sealed record LineEnd(int Status = 200)
{
    public string? ErrorCode { get; init; }

    public bool IsMissing { get; init; }

    public ChatAnswer Answer { get; init; } = new();
}
