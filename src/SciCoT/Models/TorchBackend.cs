using System.Runtime.InteropServices;
using SciCoT.IO;

namespace SciCoT.Models;

/// <summary>
/// Looks for libtorch before TorchSharp does. TorchSharp's own search ends in a message about a missing reference even
/// when the library is there but cannot load, and copies half a gigabyte beside the program on its way.
/// </summary>
internal static class TorchBackend
{
    /// <summary>The version of libtorch that TorchSharp's wrapper was built with.</summary>
    public const string Version = "2.10.0";

    private static readonly Lazy<bool> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>How a host gets libtorch where no folder of the program has it: the folder with its files. It may fetch them.</summary>
    public static Func<string>? Fetch { get; set; }

    /// <summary>The package of libtorch for the CPU of this system.</summary>
    public static string PackageName { get; } =
        OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64"
        : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64"
        : "libtorch-cpu-linux-x64";

    /// <summary>Where such a package has its files.</summary>
    public static string PackageFolder { get; } = Path.Combine("runtimes", PortableIdentifier(), "native");

    /// <exception cref="TorchBackendException">The backend is missing or cannot load.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>A device by its name.</summary>
    /// <param name="name">cpu, cuda, cuda:1 or mps.</param>
    /// <exception cref="TorchBackendException">The backend is missing, or has no such device.</exception>
    public static TorchSharp.torch.Device Device(string name)
    {
        EnsureLoaded();
        TorchSharp.torch.Device device;
        try
        {
            device = TorchSharp.torch.device(name);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new TorchBackendException(
                $"The device '{name}' cannot be used here: TorchSharp's native backend has no support for it, or there is no such card or driver. "
                + "For NVIDIA cards the program needs TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of the package for the CPU; mps needs a Mac with Apple silicon. Or take the device cpu.",
                e);
        }

        int count = device.type == TorchSharp.DeviceType.CUDA ? TorchSharp.torch.cuda.device_count() : 1;
        return device.index < count || device.type != TorchSharp.DeviceType.CUDA
            ? device
            : throw new TorchBackendException(FormattableString.Invariant($"The device '{name}' cannot be used here: there are {count} CUDA devices, numbered from 0."));
    }

    private static bool Load()
    {
        KeepOpenMpThreadsFromSpinning();
        var folders = SearchFolders();
        Probe(Fetch is { } fetch && !folders.Any(IsComplete) ? [.. folders, fetch()] : folders);
        TorchSharp.torch.InitializeDeviceType(TorchSharp.DeviceType.CPU);
        SciCoT.Compute.ComputeThreads.Source = TorchSharp.torch.get_num_threads; // both share the cores
        return true;
    }

    /// <summary>
    /// After each operation torch's OpenMP threads spin for the next one. The library's thread team computes between them and would have
    /// to share the cores with idle threads. libgomp reads the setting when it is loaded; what the user has set stays.
    /// </summary>
    private static void KeepOpenMpThreadsFromSpinning()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            NativeEnvironment.SetDefault("GOMP_SPINCOUNT", "0");
    }

    /// <summary>Loads the native libraries from the first folder that has them.</summary>
    internal static void Probe(IReadOnlyList<string> folders)
    {
        var (wrapper, library, others) = FileNames();
        var folder = folders.FirstOrDefault(IsComplete);
        if (folder is null)
        {
            throw new TorchBackendException(
                $"TorchSharp has no native backend here: {library} is in none of {string.Join(", ", folders)}. "
                + $"Add a backend package to the program (not to the library): {PackageName} for the CPU, TorchSharp-cuda-linux or TorchSharp-cuda-windows for NVIDIA GPUs; "
                + "its version must fit TorchSharp 0.107 (libtorch 2.10).");
        }

        var wrapperFile = folders.Select(f => Path.Combine(f, wrapper)).FirstOrDefault(File.Exists);
        if (wrapperFile is null)
            throw new TorchBackendException($"{wrapper} of the TorchSharp package is in none of {string.Join(", ", folders)}. Build or publish the program for this system ({RuntimeInformation.RuntimeIdentifier}).");

        try
        {
            NativeLibrary.Load(Path.Combine(folder, library));
            if (!File.Exists(Path.Combine(Path.GetDirectoryName(wrapperFile)!, others)))
                NativeLibrary.Load(Path.Combine(folder, others)); // the wrapper would look for it beside itself
            NativeLibrary.Load(wrapperFile);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new TorchBackendException($"TorchSharp's native backend is in {folder} but cannot load: {e.Message.Trim()} {Remedy(e.Message)}", e);
        }
    }

    internal static string Remedy(string loaderMessage) =>
        loaderMessage.Contains("GLIBCXX_", StringComparison.Ordinal)
            ? "The system's libstdc++ is older than GCC 13's. Reference the SciCoT package directly from the program, so that its build target adapts the library, or install a newer libstdc++6."
            : loaderMessage.Contains("libgomp", StringComparison.Ordinal)
                ? "Install the OpenMP runtime (Debian and Ubuntu: apt-get install libgomp1)."
                : $"Check that the backend package's version fits TorchSharp 0.107 (libtorch 2.10) and this system ({RuntimeInformation.RuntimeIdentifier}).";

    /// <summary>Whether a folder has libtorch.</summary>
    public static bool IsComplete(string folder) => File.Exists(Path.Combine(folder, FileNames().Library));

    private static (string Wrapper, string Library, string Others) FileNames() =>
        OperatingSystem.IsWindows() ? ("LibTorchSharp.dll", "torch_cpu.dll", "torch.dll")
        : OperatingSystem.IsMacOS() ? ("libLibTorchSharp.dylib", "libtorch_cpu.dylib", "libtorch.dylib")
        : ("libLibTorchSharp.so", "libtorch_cpu.so", "libtorch.so");

    private static string[] SearchFolders()
    {
        var native = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var runtime = Path.Combine(AppContext.BaseDirectory, PackageFolder);
        return [.. native.Append(AppContext.BaseDirectory).Append(runtime).Select(Path.GetFullPath).Select(Path.TrimEndingDirectorySeparator).Distinct()];
    }

    private static string PortableIdentifier()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
