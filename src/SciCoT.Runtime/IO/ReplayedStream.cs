namespace SciCoT.IO;

/// <summary>A stream whose beginning was read already and comes again.</summary>
internal sealed class ReplayedStream(byte[] beginning, Stream rest) : ReadOnlyStream
{
    private int _place;

    protected override Stream Below => rest;

    public override int Read(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, beginning.Length - _place);
        if (length == 0)
            return rest.Read(buffer);
        beginning.AsSpan(_place, length).CopyTo(buffer);
        _place += length;
        return length;
    }
}
