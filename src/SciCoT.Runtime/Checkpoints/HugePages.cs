using System.Runtime.InteropServices;

namespace SciCoT.Checkpoints;

/// <summary>Asks Linux for pages of 2 MB: filling 308 MB takes 150 page faults instead of 75,000. Elsewhere, and where the system declines, nothing changes.</summary>
internal static partial class HugePages
{
    private const int MadviseHugePage = 14; // MADV_HUGEPAGE in Linux's mman.h

    /// <summary>Advises on memory that was allocated and not yet written to.</summary>
    public static void Advise(nint memory, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        nint page = Environment.SystemPageSize;
        nint first = (memory + page - 1) / page * page, end = (nint)(memory + bytes) / page * page;
        if (end > first)
            _ = madvise(first, (nuint)(end - first), MadviseHugePage); // only advice
    }

    [LibraryImport("libc")]
    private static partial int madvise(nint address, nuint length, int advice);
}
