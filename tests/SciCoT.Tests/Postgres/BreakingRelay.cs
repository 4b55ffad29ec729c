using System.Net;
using System.Net.Sockets;

namespace SciCoT.Tests.Postgres;

/// <summary>Stands between a client and a server, and breaks connections after the server has done what it was asked and before its reply arrives.</summary>
internal sealed class BreakingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _server;
    private int _swallowNext, _swallowed;

    public BreakingRelay(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Swallowed => Volatile.Read(ref _swallowed);

    /// <summary>The server's next reply is not passed on, and its connection is broken.</summary>
    public void SwallowNextReply() => Volatile.Write(ref _swallowNext, 1);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptSocketAsync(_stop.Token);
            var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
            _ = CopyAsync(client, server, mayBreak: false);
            _ = CopyAsync(server, client, mayBreak: true);
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool mayBreak)
    {
        var buffer = new byte[1 << 16];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, _stop.Token)) > 0;)
            {
                if (mayBreak && Interlocked.Exchange(ref _swallowNext, 0) == 1)
                {
                    Interlocked.Increment(ref _swallowed);
                    break;
                }

                await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, and the other follows.
        }

        from.Dispose();
        to.Dispose();
    }
}
