using System.Runtime.InteropServices;

namespace SciCoT.Compute;

/// <summary>An uninitialised, aligned float buffer in native memory.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>A cache line: vectors of every width lie within one.</summary>
    private const int Alignment = 64;

    /// <summary>The bytes from which a buffer is worth a mapping of its own; glibc too begins with this.</summary>
    private const int LeastReturned = 1 << 17;

    private readonly nint _mapped; // bytes; 0 where the heap gave the memory
    private nint _memory;

    /// <param name="count">Numbers.</param>
    /// <param name="isReturned">
    /// Whether a large buffer comes from the system and goes back to it soon after it is freed, see <see cref="KeptPages"/>. glibc's heap keeps freed
    /// memory, with holes that later buffers do not fit into: a process would take more from answer to answer.
    /// </param>
    public NativeBuffer(long count, bool isReturned = false)
    {
        nint bytes = checked((nint)Math.Max(count, 1) * sizeof(float));
        if (isReturned && bytes >= LeastReturned && (_memory = KeptPages.Shared.Take(bytes, out nint mapped)) != 0)
            _mapped = mapped;
        else
            _memory = (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
    }

    ~NativeBuffer() => Free();

    /// <summary>So many numbers that what follows them is aligned again.</summary>
    public static int Aligned(int count) => checked(count + (Alignment / sizeof(float)) - 1) / (Alignment / sizeof(float)) * (Alignment / sizeof(float));

    public float* Pointer => (float*)_memory;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        nint memory = Interlocked.Exchange(ref _memory, 0);
        if (_mapped == 0)
            NativeMemory.AlignedFree((void*)memory);
        else if (memory != 0)
            KeptPages.Shared.Keep(memory, _mapped);
    }
}
