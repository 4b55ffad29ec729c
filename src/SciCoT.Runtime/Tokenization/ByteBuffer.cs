using System.Buffers;

namespace SciCoT.Tokenization;

/// <summary>A growing UTF-8 text in a pooled array.</summary>
internal struct ByteBuffer(int capacity) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Append(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> values)
    {
        if (values.Length > _bytes.Length - Length)
            Grow(values.Length);
        values.CopyTo(_bytes.AsSpan(Length));
        Length += values.Length;
    }

    public void AppendUtf8(ReadOnlySpan<char> text)
    {
        int bound = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
        if (bound > _bytes.Length - Length)
            Grow(bound);
        Length += System.Text.Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    public void TrimEnd(ReadOnlySpan<byte> suffix)
    {
        while (Written.EndsWith(suffix))
            Length -= suffix.Length;
    }

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private void Grow(int needed)
    {
        int size = checked((int)Math.Min(Array.MaxLength, Math.Max((long)Length + needed, 2L * _bytes.Length)));
        if (size - Length < needed)
            throw new ArgumentException("The text is too long to be normalised: it takes more than 2 GiB.");
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
