namespace SciCoT.Compute;

/// <summary>Native memory that is used again and grows when more is needed; its numbers are lost then.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    private NativeBuffer _buffer = new(0);
    private long _count;

    public float* Pointer => _buffer.Pointer;

    /// <summary>Room for some numbers.</summary>
    public float* AtLeast(long count)
    {
        if (count > _count)
        {
            _buffer.Dispose();
            _buffer = new NativeBuffer(count, isReturned: true);
            _count = count;
        }

        return _buffer.Pointer;
    }

    public void Dispose() => _buffer.Dispose();
}
