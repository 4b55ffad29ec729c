using System.Runtime.InteropServices;
using SciCoT.Distributed;

namespace SciCoT.Mpi;

/// <summary>Finds and loads the MPI library of the machine.</summary>
/// <param name="Path">What was loaded.</param>
/// <param name="Kind">Its binary interface.</param>
/// <param name="Handle">The loaded library.</param>
internal sealed partial record MpiLibrary(string Path, MpiKind Kind, nint Handle)
{
    private const int Now = 2; // RTLD_NOW

    private static readonly Dictionary<MpiKind, string[]> Names = new()
    {
        [MpiKind.OpenMpi] = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib"] : ["libmpi.so.40"],
        [MpiKind.Mpich] = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib"] : ["libmpi.so.12", "libmpich.so.12", "libmpi_cray.so.12", "libmpi_gnu_123.so.12"],
        [MpiKind.StandardAbi] = OperatingSystem.IsMacOS() ? ["libmpi_abi.0.dylib"] : ["libmpi_abi.so.0"],
    };

    /// <summary>Loads the library that the launcher belongs to, or the first that is there.</summary>
    /// <param name="launch">How the process was started.</param>
    /// <param name="path">A library that is to be taken; <see langword="null"/> to look for one.</param>
    /// <exception cref="ProcessGroupException">There is none, or the one that was named cannot be loaded.</exception>
    public static MpiLibrary Load(MpiLaunch launch, string? path)
    {
        if (path is not null)
            return Open(path, out var reason) ?? throw new ProcessGroupException($"The MPI library '{path}' cannot be loaded: {reason}. Give the path of libmpi.so.40 (Open MPI), libmpi.so.12 (MPICH) or libmpi_abi.so.0 (MPI 5).");

        MpiKind[] order = launch.Preferred is { } own ? [own, MpiKind.StandardAbi] : [MpiKind.StandardAbi, MpiKind.OpenMpi, MpiKind.Mpich];
        var names = order.Distinct().SelectMany(kind => Names[kind]).ToArray();
        foreach (var name in names)
        {
            if (Open(name, out _) is { } library)
                return library;
        }

        throw new ProcessGroupException(
            $"This process was started by {launch.Launcher}, but no MPI library that belongs to it can be loaded: {string.Join(", ", names)} {(names.Length == 1 ? "is" : "are")} not in the system's search path. "
            + $"Install it ({(launch.Preferred == MpiKind.Mpich ? "Debian: mpich" : "Debian: openmpi-bin")}; on a cluster: module load), add its folder to LD_LIBRARY_PATH, or name its file in {MpiOptions.LibraryVariable}.");
    }

    /// <summary>Which interface a library has is told by what is in it, as all of them may be called libmpi.so.</summary>
    private static MpiLibrary? Open(string path, out string reason)
    {
        if (!TryOpen(path, out nint handle, out reason))
            return null;
        MpiKind? kind = NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _) ? MpiKind.OpenMpi
            : NativeLibrary.TryGetExport(handle, "MPI_Abi_get_version", out _) && System.IO.Path.GetFileName(path).Contains("_abi", StringComparison.Ordinal) ? MpiKind.StandardAbi
            : NativeLibrary.TryGetExport(handle, "MPI_Init_thread", out _) ? MpiKind.Mpich
            : null;
        reason = "it is no MPI library";
        return kind is { } known ? new(path, known, handle) : null;
    }

    /// <summary>Opens a library for all others to see: Open MPI 4 loads plug-ins that look for its symbols.</summary>
    private static bool TryOpen(string path, out nint handle, out string reason)
    {
        if (OperatingSystem.IsWindows())
        {
            (handle, reason) = (0, "MPI is supported on Linux and macOS");
            return false;
        }

        _ = dlerror(); // finding the function itself would clear the message
        handle = dlopen(path, Now | (OperatingSystem.IsMacOS() ? 0x8 : 0x100)); // RTLD_GLOBAL
        reason = handle == 0 ? Marshal.PtrToStringUTF8(dlerror()) ?? "unknown" : "";
        return handle != 0;
    }

    // The runtime finds these in libdl of older systems by the same name.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string path, int flags);

    [LibraryImport("libc")]
    private static partial nint dlerror();
}
