using System.Runtime.InteropServices;

namespace SciCoT.Training;

/// <summary>
/// Lets the C library keep the memory that a training step frees, for the next step to take again. By default glibc hands
/// large blocks back to the system at once, and the system has to clear every page of them anew: a third of a step's time
/// was seen to go there on a virtual machine.
/// </summary>
/// <remarks>Process-wide while at least one is held; what is unused goes back to the system at the end. Does nothing where the C library is not glibc.</remarks>
internal sealed partial class NativeHeap : IDisposable
{
    // Numbers of malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private const int MmapMax = -4;

    private static readonly Lock Gate = new();
    private static readonly bool IsGlibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);
    private static int s_holders;

    private bool _disposed;

    private NativeHeap()
    {
    }

    /// <summary>Keeps freed memory until it is disposed.</summary>
    public static NativeHeap Keep()
    {
        lock (Gate)
        {
            if (s_holders++ == 0 && IsGlibc)
            {
                mallopt(MmapMax, 0);
                mallopt(TrimThreshold, int.MaxValue);
                mallopt(TopPad, 64 << 20);
            }
        }

        return new NativeHeap();
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (--s_holders > 0 || !IsGlibc)
                return;
            // Where glibc's own adjustment ends up in a program with large blocks.
            mallopt(MmapMax, 1 << 16);
            mallopt(MmapThreshold, 32 << 20);
            mallopt(TrimThreshold, 64 << 20);
            mallopt(TopPad, 128 << 10);
            malloc_trim(0);
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint pad);
}
