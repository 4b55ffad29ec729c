using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Batches;
using SciCoT.IO;
using SciCoT.Replies;
using SciCoT.Teaching.Wire;

namespace SciCoT.Teaching;

/// <summary>
/// Stands below the client of an OpenAI-compatible service and mends what services send: it reads replies in any form that is known
/// of them, hands them on as OpenAI would send them, and gives errors in the body of a 200 the status that they name.
/// </summary>
/// <remarks>
/// <para>It is for text: of a reply only the text, the end, the refusal and the counts are handed on. Other requests than
/// chat completions, and streams, pass as they are. A <see cref="ChatClientTeacher"/> above gets from it what clients drop: the
/// body of a reply that cannot be read, and counts that are absent.</para>
/// <para>Safe for concurrent callers.</para>
/// </remarks>
/// <example>
/// With the client of the package OpenAI:
/// <code>
/// new OpenAIClientOptions
/// {
///     Endpoint = endpoint,
///     Transport = new HttpClientPipelineTransport(ChatCompletionsHandler.CreateClient()),
///     RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
///     NetworkTimeout = Timeout.InfiniteTimeSpan,
/// }
/// </code>
/// </example>
public sealed class ChatCompletionsHandler : DelegatingHandler
{
    private readonly ChatCompletionsOptions _options;
    private readonly LimitField _limit;
    private readonly TimeProvider _time;

    /// <summary>Makes a handler.</summary>
    /// <param name="innerHandler">Sends the requests.</param>
    /// <param name="options">The bound of replies and the name of the tokens' limit; the defaults where this is left out.</param>
    /// <param name="time">The clock, for waits that are told as a date; the system's by default.</param>
    public ChatCompletionsHandler(HttpMessageHandler innerHandler, ChatCompletionsOptions? options = null, TimeProvider? time = null)
        : base(innerHandler)
    {
        _options = options ?? new();
        _limit = new(_options.LimitField);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Makes an HTTP client for the client of a service: with this handler, without a timeout and redirections of its own.</summary>
    /// <param name="options">The bound of replies and the name of the tokens' limit; the defaults where this is left out.</param>
    public static HttpClient CreateClient(ChatCompletionsOptions? options = null) => Client(Sockets(), options);

    /// <summary>Makes an HTTP client that asks through the batch API of a service, at half the price and within a day.</summary>
    /// <param name="batches">The folder of the batches, and when one is sent.</param>
    /// <param name="options">The bound of replies and the name of the tokens' limit; the defaults where this is left out.</param>
    /// <exception cref="FolderInUseException">Another process uses the folder.</exception>
    /// <exception cref="InvalidFileException">A file in the folder is damaged.</exception>
    public static HttpClient CreateBatchClient(BatchCompletionsOptions batches, ChatCompletionsOptions? options = null) =>
        Client(new BatchCompletionsHandler(Sockets(), batches), options);

    private static HttpClient Client(HttpMessageHandler inner, ChatCompletionsOptions? options) =>
        new(new ChatCompletionsHandler(inner, options)) { Timeout = Timeout.InfiniteTimeSpan };

    private static SocketsHttpHandler Sockets() => new()
    {
        AutomaticDecompression = DecompressionMethods.All,
        AllowAutoRedirect = false, // it would turn the POST into a GET
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    };

    /// <inheritdoc/>
    /// <exception cref="TeacherServiceException">The response is too long, empty, an HTML page, or a reply that the service broke off.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!ChatCompletionsAddress.Is(request.RequestUri) || request.Content is null || await ObjectAsync(request.Content, cancellationToken).ConfigureAwait(false) is not { } asked)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (asked["stream"] is JsonValue stream && stream.TryGetValue(out bool isStream) && isStream)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var place = ServiceFailure.Place(new Uri(ChatCompletionsAddress.ServiceOf(request.RequestUri!)), asked["model"] is JsonValue model && model.TryGetValue(out string? name) ? name : null);
        var field = _limit.Apply(asked, request.RequestUri);
        var (response, body) = await AskAsync(request, asked, place, cancellationToken).ConfigureAwait(false);
        if (field is not null && !_limit.IsSettled)
        {
            if (LimitField.IsRefused((int)response.StatusCode, body, field))
                (response, body) = await AskOtherwiseAsync(request, asked, field, response, body, place, cancellationToken).ConfigureAwait(false);
            else if (response.IsSuccessStatusCode)
                _limit.Settle(field);
        }

        var received = ReceivedReply.Current;
        if (received is not null)
            received.Body = body;
        if (response.IsSuccessStatusCode)
            return Mended(response, body, place, received);
        if (received is not null)
        {
            received.Failure = ServiceFailure.OfResponse((int)response.StatusCode, body, Wait(response), place, response.Headers.Location?.ToString());
            received.Failure.RetryAt = RetryAfterHeader.Date(name => Header(response, name));
        }

        return response;
    }

    /// <summary>Sends the limit under its other name, and keeps to it when it is taken.</summary>
    private async Task<(HttpResponseMessage Response, string Body)> AskOtherwiseAsync(
        HttpRequestMessage request, JsonObject asked, string field, HttpResponseMessage refused, string body, string place, CancellationToken cancellationToken)
    {
        var other = LimitField.Other(field);
        var limit = asked[field]!.DeepClone();
        asked.Remove(field);
        asked[other] = limit;
        var (response, otherBody) = await AskAsync(request, asked, place, cancellationToken).ConfigureAwait(false);
        if (!LimitField.IsRefused((int)response.StatusCode, otherBody, other))
        {
            if (response.IsSuccessStatusCode)
                _limit.Settle(other);
            refused.Dispose();
            return (response, otherBody);
        }

        // It is not the name that is wrong.
        _limit.Settle(field);
        response.Dispose();
        return (refused, body);
    }

    private async Task<(HttpResponseMessage Response, string Body)> AskAsync(HttpRequestMessage request, JsonObject asked, string place, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(asked.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Content = content;
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            var (body, isCut) = await ReplyBody.ReadAsync(response.Content, _options.MaxReplyBytes, cancellationToken).ConfigureAwait(false);
            if (isCut && response.IsSuccessStatusCode)
            {
                throw ServiceFailure.NoReply(
                    FormattableString.Invariant($"the reply is longer than {_options.MaxReplyBytes:N0} bytes and was not read to its end. Bound its tokens, or allow longer replies ({nameof(ChatCompletionsOptions.MaxReplyBytes)})."), body, place, isTransient: false);
            }

            // The body is read and bounded; whoever reads it again gets it from memory.
            var read = new StringContent(body, Encoding.UTF8, "application/json");
            response.Content.Dispose();
            response.Content = read;
            return (response, body);
        }
        catch (InvalidDataException e)
        {
            response.Dispose();
            throw new IOException($"{place}: the compressed reply could not be read. {e.Message}", e);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The reply as OpenAI would have sent it, or a response with the status of the error in it.</summary>
    private HttpResponseMessage Mended(HttpResponseMessage response, string body, string place, ReceivedReply? received)
    {
        var events = EventStream.Values(body);
        var values = TolerantJson.Read(events ?? body, out bool isWhole);
        var reply = isWhole ? ReplyReader.Read(values) : null;
        if (events is not null && reply is { ToldFinish: null } && !EventStream.IsWhole(body))
            reply = reply with { Finish = FinishReasons.Length }; // the stream broke off
        var failure = Failure(reply, values, body, Wait(response), place, (int)response.StatusCode);
        if (failure is { Status: < 200 or >= 300 })
        {
            if (received is not null)
                received.Failure = failure;
            response.StatusCode = (HttpStatusCode)failure.Status!.Value;
            return response;
        }

        if (failure is not null)
        {
            response.Dispose();
            throw failure;
        }

        if (reply is null && received is null)
            return response; // nobody above could keep it; the client says what it thinks of it
        if (received is not null)
        {
            received.Read = reply;
            received.Note = reply is null ? null
                : events is not null ? $"{place}: an event stream came although none was asked for; its parts were put together."
                : values.Count > 1 ? $"{place}: {values.Count} JSON values came where one was expected; they were read as one reply."
                : null;
            received.Unreadable = reply is not null ? null : values.Count > 0 ? "it has no reply in any form that is known" : "it is not whole JSON";
        }

        response.StatusCode = HttpStatusCode.OK;
        response.Content = new StringContent(CanonicalReply.Write(reply ?? new()), Encoding.UTF8, "application/json");
        return response;
    }

    private static TeacherServiceException? Failure(ReadReply? reply, IReadOnlyList<JsonElement> values, string body, TimeSpan? wait, string place, int status)
    {
        if (string.IsNullOrWhiteSpace(body))
            return ServiceFailure.NoReply(FormattableString.Invariant($"the response is empty (HTTP {status} without a body)."), body, place, isTransient: true, status);
        if (reply is not { Finish: not FinishReasons.Error, Text.Length: > 0 } && ServiceError.Find(values, isFailure: false, hasReply: reply is not null) is { } error)
            return ServiceFailure.OfError(error, body, wait, place);
        if (values.Count == 0 && Markup.Is(body))
            return ServiceFailure.NoReply($"the endpoint sent an HTML page, not JSON: '{Markup.Visible(body)}' Does the address end in /v1, and is no login page between?", body, place, isTransient: false);
        return reply?.Finish == FinishReasons.Error
            ? ServiceFailure.NoReply($"the service broke the reply off: finish_reason '{ForeignText.OneLine(reply.ToldFinish ?? "error")}'.", body, place, isTransient: true)
            : null;
    }

    private TimeSpan? Wait(HttpResponseMessage response) => RetryAfterHeader.Read(
        name => Header(response, name), _time.GetUtcNow());

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static async Task<JsonObject?> ObjectAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(await content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
