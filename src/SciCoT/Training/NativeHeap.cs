using System.Globalization;
using System.Runtime.InteropServices;

namespace SciCoT.Training;

/// <summary>
/// Lets the C library keep the memory that a training step frees, for the next step to take again. By default glibc hands
/// large blocks back to the system at once, and the system has to clear every page of them anew: a third of a step's time
/// was seen to go there on a virtual machine.
/// </summary>
/// <remarks>
/// <para>Process-wide while at least one is held; what is unused goes back to the system at the end. Does nothing where the C library is not glibc.</para>
/// <para>
/// At the end there is again what the process was started with: <c>MALLOC_…_</c> variables, <c>GLIBC_TUNABLES</c>, and otherwise the values
/// that glibc's own adjustment reaches in a program with large blocks. glibc does not tell what a program has set by <c>mallopt</c>
/// itself; such a program turns this off with <see cref="TrainingOptions.KeepNativeMemory"/>.
/// </para>
/// </remarks>
internal sealed partial class NativeHeap : IDisposable
{
    // Numbers of malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private const int MmapMax = -4;

    private static readonly Lock Gate = new();
    private static readonly bool IsGlibc = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "gnu_get_libc_version", out _);
    private static readonly (int Parameter, int Value)[] Initial =
    [
        (MmapMax, Setting("mmap_max", 1 << 16, Environment.GetEnvironmentVariable)),
        (MmapThreshold, Setting("mmap_threshold", 32 << 20, Environment.GetEnvironmentVariable)),
        (TrimThreshold, Setting("trim_threshold", 64 << 20, Environment.GetEnvironmentVariable)),
        (TopPad, Setting("top_pad", 128 << 10, Environment.GetEnvironmentVariable)),
    ];

    private static int s_holders;

    /// <summary>How many are held.</summary>
    internal static int Holders
    {
        get
        {
            lock (Gate)
                return s_holders;
        }
    }

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
            foreach (var (parameter, value) in Initial)
                mallopt(parameter, value);
            malloc_trim(0);
        }
    }

    /// <summary>What an allocation setting is at the start of a process.</summary>
    /// <param name="name">As glibc's tunables name it, without <c>glibc.malloc.</c>.</param>
    /// <param name="fallback">What it is where the environment does not say.</param>
    /// <param name="environment">Gives the value of an environment variable.</param>
    internal static int Setting(string name, int fallback, Func<string, string?> environment)
    {
        // The later of several tunables counts, and a tunable more than the older variables.
        var tunable = environment("GLIBC_TUNABLES")?.Split(':').LastOrDefault(entry => entry.StartsWith($"glibc.malloc.{name}=", StringComparison.Ordinal));
        var text = tunable?[(tunable.IndexOf('=', StringComparison.Ordinal) + 1)..] ?? environment($"MALLOC_{name.ToUpperInvariant()}_");
        if (text is null)
            return fallback;
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? (int)Math.Min(value, int.MaxValue)
            : fallback;
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint pad);
}
