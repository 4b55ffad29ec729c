using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace SciCoT.Server.Requests;

/// <summary>A reply as server-sent events. Each is sent at once.</summary>
internal sealed class EventStream
{
    public const string ContentType = "text/event-stream";

    private readonly PipeWriter _body;
    private readonly CancellationToken _gone;

    private EventStream(HttpContext context) => (_body, _gone) = (context.Response.BodyWriter, context.RequestAborted);

    /// <summary>Begins the reply; the request can no longer be refused with a status.</summary>
    public static EventStream Begin(HttpContext context)
    {
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // proxies pass each event on at once
        return new EventStream(context);
    }

    /// <summary>The stream of a reply that has begun.</summary>
    public static EventStream Continue(HttpContext context) => new(context);

    /// <summary>Sends an event.</summary>
    /// <param name="name">Its name; none where clients look at the data alone.</param>
    /// <param name="data">Its data.</param>
    /// <param name="type">How the data is written.</param>
    public async Task SendAsync<T>(string? name, T data, JsonTypeInfo<T> type)
    {
        if (name is not null)
            _body.Write(Encoding.UTF8.GetBytes($"event: {name}\n"));
        _body.Write("data: "u8);
        _body.Write(JsonSerializer.SerializeToUtf8Bytes(data, type));
        _body.Write("\n\n"u8);
        await _body.FlushAsync(_gone).ConfigureAwait(false);
    }

    /// <summary>Sends the event by which OpenAI's clients know that the reply is whole.</summary>
    public async Task SendDoneAsync()
    {
        _body.Write("data: [DONE]\n\n"u8);
        await _body.FlushAsync(_gone).ConfigureAwait(false);
    }
}
