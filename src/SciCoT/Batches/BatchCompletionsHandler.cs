using System.Net;
using System.Security.Cryptography;
using System.Text;
using SciCoT.Replies;

namespace SciCoT.Batches;

/// <summary>
/// Sends chat completions through the batch API of an OpenAI-compatible service, which takes up to a day and costs half as much:
/// requests are collected, uploaded as one file, waited for, and each caller gets its own reply.
/// </summary>
/// <remarks>
/// <para>
/// It stands between a client's handlers and the network, so that teachers, filters, budgets and stores are the same with and without it. Ask with
/// as many callers at a time as a batch shall have requests, and without a timeout that is shorter than the service's.
/// </para>
/// <para>
/// Nothing is paid for twice: the batch's identifier is in <see cref="BatchCompletionsOptions.Directory"/> before the batch is waited for. A process that is started
/// again with the same folder goes on with its batches, and takes replies that came meanwhile. Requests of a batch that expired, and requests that the service
/// failed on, fail with a state that <c>UseRetry</c> repeats; they are part of the next batch.
/// </para>
/// <para>Requests other than chat completions pass as they are. Safe for concurrent callers. Disposing of it ends the waits; batches go on at the service.</para>
/// </remarks>
/// <example>
/// <code>
/// var batches = new BatchCompletionsHandler(new SocketsHttpHandler(), new() { Directory = "rationales.batches" });
/// var http = new HttpClient(new ChatCompletionsHandler(batches)) { Timeout = Timeout.InfiniteTimeSpan };
/// </code>
/// </example>
public sealed class BatchCompletionsHandler : DelegatingHandler
{
    private readonly HttpMessageInvoker _http;
    private readonly BatchQueue _queue;

    /// <summary>Makes a handler, and takes its folder for this process.</summary>
    /// <param name="innerHandler">Sends the requests.</param>
    /// <param name="options">The folder, and when a batch is sent.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="FolderInUseException">Another process uses the folder.</exception>
    /// <exception cref="InvalidFileException">A file in the folder is damaged.</exception>
    public BatchCompletionsHandler(HttpMessageHandler innerHandler, BatchCompletionsOptions options, TimeProvider? time = null)
        : base(innerHandler)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Directory);
        _http = new(innerHandler, disposeHandler: false);
        _queue = new(options, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!ChatCompletionsAddress.Is(request.RequestUri) || request.Content is null)
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

        var body = await request.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{CallIdentity.Current}\n{body}")).AsSpan(0, 16));
        var reply = await _queue.AskAsync(BatchService.From(_http, request), identity, body, cancellationToken).ConfigureAwait(false);
        return new HttpResponseMessage((HttpStatusCode)reply.Status)
        {
            RequestMessage = request,
            Content = new StringContent(reply.Body, Encoding.UTF8, "application/json"),
        };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _queue.Dispose();
            _http.Dispose();
        }

        base.Dispose(disposing);
    }
}
