using SciCoT.IO;

namespace SciCoT.Questions.Parquet;

/// <summary>
/// What Parquet.Net reads in place of the file: bytes in memory that were checked. Its reads are done when they return, so that a
/// synchronous reader of rows waits for no thread; and it gets an exception where the bytes end, since it would read on for ever.
/// </summary>
internal sealed class ParquetContent : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _bytes;
    private int _place;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes
    {
        get => _bytes;
        set => (_bytes, _place) = (value, 0);
    }

    public override bool CanSeek => true;

    public override long Length => _bytes.Length;

    public override long Position { get => _place; set => Seek(value, SeekOrigin.Begin); }

    protected override Stream Below => Null;

    public override int Read(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _bytes.Length - _place);
        if (length == 0 && buffer.Length > 0)
            throw new EndOfStreamException("pages hold fewer values than they say");
        _bytes.Span.Slice(_place, length).CopyTo(buffer);
        _place += length;
        return length;
    }

    public override int ReadByte() => _place < _bytes.Length ? _bytes.Span[_place++] : throw new EndOfStreamException("pages hold fewer values than they say");

    public override long Seek(long offset, SeekOrigin origin)
    {
        long place = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _place, _ => _bytes.Length };
        if (place < 0 || place > _bytes.Length)
            throw new EndOfStreamException("pages hold fewer values than they say");
        return _place = (int)place;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));
}
