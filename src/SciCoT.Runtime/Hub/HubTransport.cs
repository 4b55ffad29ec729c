using System.Net;
using System.Net.Http.Headers;
using Polly;
using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>
/// Requests to the server: redirects are followed here, so that the token stays with the server it belongs to, and what
/// may pass is tried again. Proxies are those of the environment, as <see cref="HttpClient"/> finds them.
/// </summary>
internal sealed class HubTransport : IDisposable
{
    private const int MaxRedirects = 8;
    private const int MaxAnswerBytes = 32 << 20;

    /// <summary>So many times the time that a server may be silent may it think about what it was sent: it checks and stores it.</summary>
    private const int Thinking = 10;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly HubOptions _options;
    private readonly HttpClient? _own;
    private readonly Func<HttpClient> _http;

    /// <param name="options">Where to ask.</param>
    /// <param name="http">Gives the client of each request, which stays the caller's; <see langword="null"/> for one of this object's own.</param>
    public HubTransport(HubOptions options, Func<HttpClient>? http = null)
    {
        _options = options;
        _own = http is not null ? null : new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = options.StallTimeout, UseCookies = false })
        {
            Timeout = Timeout.InfiniteTimeSpan, // each attempt has its own
        };
        _http = http ?? (() => _own!);
    }

    /// <summary>The clock by which waits between attempts are kept; tests replace it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public void Dispose() => _own?.Dispose();

    /// <summary>Runs an attempt until it succeeds, fails for good or has failed too often.</summary>
    /// <param name="what">What is tried, for the message.</param>
    /// <param name="attempts">How often.</param>
    /// <param name="attempt">The attempt. A <see cref="TransientException"/>, a broken connection and a stall are worth another.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    /// <param name="kept">What the message says of what was done.</param>
    /// <exception cref="HubException">It failed.</exception>
    public async Task<T> TryAsync<T>(
        string what,
        int attempts,
        Func<CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken,
        string kept = "what has come is kept and is not fetched again")
    {
        int tried = 0;
        try
        {
            return await Retry(attempts).ExecuteAsync(
                async token =>
                {
                    tried++;
                    return await attempt(token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsTransient(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new HubException(
                $"{what}: {e.Message} after {tried} {(tried == 1 ? "attempt" : "attempts")}. Try again later: {kept}.",
                (e as TransientException)?.Status,
                e);
        }
    }

    private ResiliencePipeline Retry(int attempts) => attempts == 1
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = Time }
            .AddRetry(TransientRetry.Create(attempts - 1, FirstWait, LongestWait, (e, _) => IsTransient(e) && !(RetryAfter(e) > LongestWait), RetryAfter))
            .Build();

    private static TimeSpan? RetryAfter(Exception e) => (e as TransientException)?.RetryAfter;

    /// <summary>Sends a request and follows redirects. The answer is a success; everything else is thrown.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="address">Where to.</param>
    /// <param name="from">The first byte that is wanted.</param>
    /// <param name="stopAt">Whether a redirect already says what is wanted.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, long from = 0, Func<HttpResponseMessage, bool>? stopAt = null, CancellationToken cancellationToken = default)
    {
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            using var request = Request(method, address);
            if (from > 0)
                request.Headers.Range = new RangeHeaderValue(from, null);

            var response = await WithinAsync(token => _http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), cancellationToken).ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode) || stopAt?.Invoke(response) == true)
                return response;
            using (response)
                address = Next(address, response.Headers.Location);
        }

        throw new HubException($"{address}: the server redirects more than {MaxRedirects} times.");
    }

    /// <summary>Sends a request with a body and follows redirects that keep it. The answer may be a refusal.</summary>
    /// <param name="method">POST or PUT.</param>
    /// <param name="address">Where to. It is not named in messages: an address of a storage carries its own key.</param>
    /// <param name="body">Makes the body, once for each hop.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri address, Func<HubBody> body, IEnumerable<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var request = Request(method, address);
            var content = body();
            content.Alive = isSent => limit.CancelAfter(isSent ? _options.StallTimeout * Thinking : _options.StallTimeout);
            request.Content = content;
            request.Headers.ExpectContinue = content.Headers.ContentLength > HubBody.Large; // a refusal then comes before all is sent
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            limit.CancelAfter(_options.StallTimeout);
            HttpResponseMessage response;
            try
            {
                response = await _http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TransientException("the server took nothing and said nothing for too long", inner: e);
            }

            if ((int)response.StatusCode is not (307 or 308))
                return response;
            using (response)
                address = Next(address, response.Headers.Location);
        }

        throw new HubException($"{address.Host}: the server redirects more than {MaxRedirects} times.");
    }

    /// <summary>Reads an answer that is JSON.</summary>
    /// <exception cref="HubException">It is too long.</exception>
    public async Task<byte[]> ReadAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var text = new MemoryStream();
        var buffer = new byte[1 << 14];
        for (int read; (read = await WithinAsync(token => body.ReadAsync(buffer, token).AsTask(), cancellationToken).ConfigureAwait(false)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > MaxAnswerBytes)
                throw new HubException($"{address.GetLeftPart(UriPartial.Path)}: the answer has more than {MaxAnswerBytes} bytes.");
        }

        return text.ToArray();
    }

    private HttpRequestMessage Request(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("scicot", typeof(HubTransport).Assembly.GetName().Version?.ToString(3)));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // sizes are those of the files
        if (_options.Token is not null && IsEndpoint(address))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        return request;
    }

    /// <summary>Runs one step of the network within the time that the server may be silent.</summary>
    public async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.StallTimeout);
        try
        {
            return await step(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(FormattableString.Invariant($"the server sent nothing for {_options.StallTimeout.TotalSeconds:0.#} seconds"), inner: e);
        }
    }

    private static bool IsTransient(Exception e) => e is TransientException or HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException };

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static Uri Next(Uri from, Uri? location)
    {
        if (location is null)
            throw new HubException($"{from.GetLeftPart(UriPartial.Path)}: the server redirects to nowhere.");
        var next = new Uri(from, location);
        return IsAllowed(next, from) ? next : throw new HubException($"{from.GetLeftPart(UriPartial.Path)}: the server redirects to {next.Scheme}://{next.Host}, which is not followed: a model comes by https.");
    }

    /// <summary>Whether an address that a server names is asked: by https, or by http where the server itself is asked so.</summary>
    public static bool IsAllowed(Uri next, Uri from) => next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp);

    private bool IsEndpoint(Uri address) =>
        Uri.Compare(address, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
