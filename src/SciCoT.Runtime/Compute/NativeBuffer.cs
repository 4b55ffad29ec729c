using System.Runtime.InteropServices;

namespace SciCoT.Compute;

/// <summary>An uninitialised, aligned float buffer in native memory.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>A cache line: vectors of every width lie within one.</summary>
    private const int Alignment = 64;

    private nint _memory;

    public NativeBuffer(long count) =>
        _memory = (nint)NativeMemory.AlignedAlloc(checked((nuint)Math.Max(count, 1) * sizeof(float)), Alignment);

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
        NativeMemory.AlignedFree((void*)Interlocked.Exchange(ref _memory, 0));
    }
}
