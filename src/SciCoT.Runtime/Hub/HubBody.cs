using System.Net;
using System.Net.Http.Headers;

namespace SciCoT.Hub;

/// <summary>The body of a request, sent piece by piece, so that the transport can tell a slow connection from a dead one.</summary>
internal abstract class HubBody : HttpContent
{
    /// <summary>From so many bytes on, a server is asked whether it takes the body before it is sent.</summary>
    public const int Large = 1 << 20;

    /// <summary>Told of each piece that was sent, and with <see langword="true"/> when all are.</summary>
    public Action<bool>? Alive { get; set; }

    protected abstract long Length { get; }

    protected sealed override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }

    protected sealed override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected sealed override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await SendAsync(stream, cancellationToken).ConfigureAwait(false);
        Alive?.Invoke(true);
    }

    protected abstract Task SendAsync(Stream stream, CancellationToken cancellationToken);
}

/// <summary>A body that is in memory.</summary>
internal sealed class HubTextBody : HubBody
{
    private const int PieceBytes = 1 << 16;

    private readonly ReadOnlyMemory<byte> _bytes;

    public HubTextBody(ReadOnlyMemory<byte> bytes, string mediaType)
    {
        _bytes = bytes;
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    protected override long Length => _bytes.Length;

    protected override async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        for (int at = 0; at < _bytes.Length; at += PieceBytes)
        {
            await stream.WriteAsync(_bytes.Slice(at, Math.Min(PieceBytes, _bytes.Length - at)), cancellationToken).ConfigureAwait(false);
            Alive?.Invoke(false);
        }
    }
}

/// <summary>A part of a file.</summary>
/// <param name="file">The file; it stays the caller's, and one body at a time reads it.</param>
/// <param name="name">Its name, for messages.</param>
/// <param name="from">The first byte.</param>
/// <param name="length">How many bytes.</param>
/// <param name="sent">Told how many bytes of the file were sent.</param>
internal sealed class HubFileBody(Stream file, string name, long from, long length, Action<long> sent) : HubBody
{
    private const int PieceBytes = 1 << 17;

    protected override long Length => length;

    protected override async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(PieceBytes, length)];
        file.Seek(from, SeekOrigin.Begin);
        for (long left = length; left > 0;)
        {
            int read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new HubException($"{name}: the file became shorter while it was sent. Upload again when nothing writes to it.");
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            left -= read;
            Alive?.Invoke(false);
            sent(from + length - left);
        }
    }
}
