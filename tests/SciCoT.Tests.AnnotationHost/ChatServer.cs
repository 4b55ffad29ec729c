using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SciCoT.Tests.AnnotationHost;

/// <summary>A server on the loopback that speaks the chat-completions protocol and misbehaves as a script says.</summary>
public sealed class ChatServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<ChatCall, ChatAnswer> _script;
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly ConcurrentQueue<string> _paid = new();
    private int _replies;

    private ChatServer(Func<ChatCall, ChatAnswer> script)
    {
        _script = script;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", HandleAsync);
    }

    /// <summary>What clients are given as the endpoint.</summary>
    public Uri Address => new(_app.Urls.Single() + "/v1");

    /// <summary>The identifiers of the replies that were sent whole: what a service would send a bill for.</summary>
    public IReadOnlyCollection<string> Paid => _paid;

    /// <summary>How many calls there were for each stem, faults included.</summary>
    public IReadOnlyDictionary<string, int> Calls => _calls;

    /// <summary>Is told the stem of a call that gets no reply.</summary>
    public Action<string> Stalled { get; set; } = _ => { };

    public static async Task<ChatServer> StartAsync(Func<ChatCall, ChatAnswer> script)
    {
        var server = new ChatServer(script);
        await server._app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var stem = Stem(body.RootElement);
        int number = _calls.AddOrUpdate(stem, 1, (_, count) => count + 1) - 1;
        var answer = _script(new(stem, number, body.RootElement) { Authorization = context.Request.Headers.Authorization.ToString() });
        if (answer.Delay > TimeSpan.Zero)
            await Task.Delay(answer.Delay, context.RequestAborted);
        if (answer.Raw is { } raw)
        {
            context.Response.StatusCode = raw.Status;
            foreach (var (name, value) in raw.Headers)
                context.Response.Headers[name] = value;
            for (int sent = 0; sent < raw.Body.Length; sent += 1 << 16)
            {
                await context.Response.Body.WriteAsync(raw.Body.AsMemory(sent, Math.Min(1 << 16, raw.Body.Length - sent)), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }

            return;
        }

        switch (answer.Fault)
        {
            case ChatFault.TooManyRequests:
                await FailAsync(context, 429, "rate_limit_exceeded");
                break;
            case ChatFault.TooManyRequestsWithRetryAfter:
                context.Response.Headers.RetryAfter = answer.RetryAfter;
                await FailAsync(context, 429, "rate_limit_exceeded");
                break;
            case ChatFault.ServerError:
                await FailAsync(context, 500, "server_error");
                break;
            case ChatFault.Unavailable:
                await FailAsync(context, 503, "overloaded");
                break;
            case ChatFault.BadRequest:
                await FailAsync(context, 400, "invalid_request");
                break;
            case ChatFault.Reset:
                context.Abort();
                break;
            case ChatFault.Stall:
                var gone = new TaskCompletionSource();
                await using (context.RequestAborted.Register(gone.SetResult))
                {
                    Stalled(stem);
                    await gone.Task;
                }

                break;
            default:
                await ReplyAsync(context, answer);
                break;
        }
    }

    private async Task ReplyAsync(HttpContext context, ChatAnswer answer)
    {
        var id = "chatcmpl-" + Interlocked.Increment(ref _replies).ToString(CultureInfo.InvariantCulture);
        var json = Reply(id, answer);
        context.Response.ContentType = "application/json";
        if (answer.Fault is ChatFault.BrokenOff or ChatFault.TruncatedJson)
        {
            context.Response.ContentLength = answer.Fault == ChatFault.BrokenOff ? json.Length : json.Length / 2;
            await context.Response.Body.WriteAsync(json.AsMemory(0, json.Length / 2));
            await context.Response.Body.FlushAsync();
            if (answer.Fault == ChatFault.BrokenOff)
                context.Abort();
            return;
        }

        // Before the last byte goes out: the client may store the reply before this thread goes on.
        _paid.Enqueue(id);
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json);
    }

    internal static byte[] Reply(string id, ChatAnswer answer)
    {
        object? usage = answer.Fault switch
        {
            ChatFault.NoUsage => null,
            ChatFault.WrongUsage => new { prompt_tokens = -7, completion_tokens = -1, total_tokens = 3 },
            _ => new { prompt_tokens = answer.Usage.Input, completion_tokens = answer.Usage.Output, total_tokens = answer.Usage.Input + answer.Usage.Output },
        };
        var text = answer.Fault switch
        {
            ChatFault.EmptyReply or ChatFault.ContentFiltered => "",
            ChatFault.CutByLength => "It is known that",
            ChatFault.NoAnswer => "It is one of them.",
            _ => answer.Text,
        };
        var reason = answer.Fault switch
        {
            ChatFault.ContentFiltered => "content_filter",
            ChatFault.CutByLength => "length",
            _ => "stop",
        };
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            id,
            @object = "chat.completion",
            created = 1_767_225_600,
            model = "model-1-2026-01-01",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = reason } },
            usage,
        });
    }

    private static Task FailAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { message = "The server says no.", type = code, code } });
    }

    /// <summary>The line of the last message that has the question.</summary>
    internal static string Stem(JsonElement body)
    {
        var content = body.GetProperty("messages").EnumerateArray()
            .Where(message => message.GetProperty("role").GetString() == "user")
            .Select(message => message.GetProperty("content"))
            .Select(content => content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString())))
            .Last(text => text.StartsWith("Question: ", StringComparison.Ordinal));
        return content["Question: ".Length..content.IndexOf('\n')];
    }
}
