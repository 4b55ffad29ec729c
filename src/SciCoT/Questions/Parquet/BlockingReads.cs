using SciCoT.IO;

namespace SciCoT.Questions.Parquet;

/// <summary>
/// A file whose asynchronous reads are done when they return. Parquet.Net reads asynchronously only: over this stream its tasks are
/// complete, so that a synchronous reader of rows waits for no thread.
/// </summary>
internal sealed class BlockingReads(Stream file) : ReadOnlyStream
{
    public override bool CanSeek => true;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    protected override Stream Below => file;

    public override int Read(Span<byte> buffer) => file.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));
}
