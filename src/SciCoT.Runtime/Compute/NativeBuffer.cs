using System.Runtime.InteropServices;

namespace SciCoT.Compute;

/// <summary>An uninitialised, aligned float buffer in native memory.</summary>
internal sealed unsafe partial class NativeBuffer : IDisposable
{
    /// <summary>A cache line: vectors of every width lie within one.</summary>
    private const int Alignment = 64;

    /// <summary>The bytes from which a buffer is worth a mapping of its own, as glibc decides at first.</summary>
    private const int LeastMapped = 1 << 17;

    private readonly nuint _mapped; // bytes; 0 where the heap gave the memory
    private nint _memory;

    /// <param name="count">Numbers.</param>
    /// <param name="isMapped">
    /// Whether the system gives a large buffer and has it back at once when it is freed, as the pages are touched and no more. glibc's heap keeps freed
    /// memory, with holes that later buffers do not fit into: answers would take more from call to call.
    /// </param>
    public NativeBuffer(long count, bool isMapped = false)
    {
        nuint bytes = checked((nuint)Math.Max(count, 1) * sizeof(float));
        if (isMapped && bytes >= LeastMapped && OperatingSystem.IsLinux() && mmap(0, bytes, ReadWrite, PrivateAnonymous, -1, 0) is var memory and not -1)
            (_memory, _mapped) = (memory, bytes);
        else
            _memory = (nint)NativeMemory.AlignedAlloc(bytes, Alignment);
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
            _ = munmap(memory, _mapped);
    }

    // The values of Linux's mman.h.
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);
}
