using System.Net;
using System.Net.Http.Headers;

namespace SciCoT.Hub;

/// <summary>The body of a request, sent piece by piece, so that the transport can tell a slow connection from a dead one.</summary>
/// <param name="content">What it is a part of; it stays the caller's, and one body at a time reads it.</param>
/// <param name="name">The content's name, for messages.</param>
/// <param name="from">The first byte.</param>
/// <param name="length">How many bytes.</param>
/// <param name="sent">Told how many bytes of the content were sent.</param>
internal sealed class HubBody(Stream content, string name, long from, long length, Action<long>? sent = null) : HttpContent
{
    /// <summary>From so many bytes on, a server is asked whether it takes the body before it is sent.</summary>
    public const int Large = 1 << 20;

    private const int PieceBytes = 1 << 17;

    /// <summary>Told of each piece that was sent, and with <see langword="true"/> when all are.</summary>
    public Action<bool>? Alive { get; set; }

    /// <summary>A body that is in memory.</summary>
    public static HubBody Of(byte[] bytes, string mediaType)
    {
        var body = new HubBody(new MemoryStream(bytes, writable: false), "the request", 0, bytes.Length);
        body.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return body;
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(PieceBytes, length)];
        content.Seek(from, SeekOrigin.Begin);
        for (long left = length; left > 0;)
        {
            int read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new HubException($"{name}: the file became shorter while it was sent. Upload again when nothing writes to it.");
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            left -= read;
            Alive?.Invoke(false);
            sent?.Invoke(from + length - left);
        }

        Alive?.Invoke(true);
    }
}
