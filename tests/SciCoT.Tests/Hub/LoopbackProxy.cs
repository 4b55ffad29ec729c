using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SciCoT.Tests.Hub;

/// <summary>An HTTP proxy on the loopback that knows one host, which need not exist, and sends what is for it elsewhere.</summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private readonly string _host;
    private readonly Uri _target;
    private readonly Task _serving;

    /// <param name="host">The host as clients call it.</param>
    /// <param name="target">The server that answers for it.</param>
    public LoopbackProxy(string host, Uri target)
    {
        (_host, _target) = (host, target);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The request lines that came, as <c>GET http://host/path</c> or <c>CONNECT host:443</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Done when a client wants a tunnel, which it does for https.</summary>
    public TaskCompletionSource<string> Tunnel { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _http.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                if (await reader.ReadLineAsync(_end.Token) is not { } first)
                    return;
                var headers = new List<(string Name, string Value)>();
                while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } header)
                    headers.Add((header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim()));

                var (method, address) = (first.Split(' ')[0], first.Split(' ')[1]);
                Requests.Enqueue($"{method} {address}");
                if (method == "CONNECT")
                {
                    Tunnel.TrySetResult(address);
                    await stream.WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _end.Token);
                    return;
                }

                var asked = new Uri(address);
                using var request = new HttpRequestMessage(new HttpMethod(method), asked.Host == _host ? new Uri(_target, asked.PathAndQuery) : asked);
                foreach (var (name, value) in headers.Where(header => header.Name is "Range" or "Authorization"))
                    request.Headers.TryAddWithoutValidation(name, value);
                using var response = await _http.SendAsync(request, _end.Token);
                var body = await response.Content.ReadAsByteArrayAsync(_end.Token);
                var head = new StringBuilder($"HTTP/1.1 {(int)response.StatusCode} {response.ReasonPhrase}\r\n");
                foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection")))
                    head.Append($"{name}: {string.Join(", ", values)}\r\n");
                if (method != "HEAD" && response.Content.Headers.ContentLength is null)
                    head.Append($"Content-Length: {body.Length}\r\n");
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()), _end.Token);
                await stream.WriteAsync(body, _end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
            {
                // The client is gone, or the test is.
            }
        }
    }
}
