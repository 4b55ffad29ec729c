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
    /// <exception cref="HubException">It failed.</exception>
    public async Task<T> TryAsync<T>(string what, int attempts, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
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
                $"{what}: {e.Message} after {tried} {(tried == 1 ? "attempt" : "attempts")}. Try again later: what has come is kept and is not fetched again.",
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
            using var request = new HttpRequestMessage(method, address);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("scicot", typeof(HubTransport).Assembly.GetName().Version?.ToString(3)));
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // sizes are those of the files
            if (_options.Token is not null && IsEndpoint(address))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
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
            throw new HubException($"{from}: the server redirects to nowhere.");
        var next = new Uri(from, location);
        bool allowed = next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp);
        return allowed ? next : throw new HubException($"{from}: the server redirects to {next.Scheme}://{next.Host}, which is not followed: a model comes by https.");
    }

    private bool IsEndpoint(Uri address) =>
        Uri.Compare(address, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
