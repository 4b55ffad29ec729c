using System.Runtime.InteropServices;
using SciCoT.Models;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Models;

public sealed class TorchBackendTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static (string Wrapper, string Library) Names { get; } =
        OperatingSystem.IsWindows() ? ("LibTorchSharp.dll", "torch_cpu.dll")
        : OperatingSystem.IsMacOS() ? ("libLibTorchSharp.dylib", "libtorch_cpu.dylib")
        : ("libLibTorchSharp.so", "libtorch_cpu.so");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoBackend_NamesThePackageAndThePlacesSearched()
    {
        var message = Assert.Throws<TorchBackendException>(() => TorchBackend.Probe([_folder.Path])).Message;
        Assert.Contains("libtorch-cpu-", message);
        Assert.Contains(Names.Library, message);
        Assert.Contains(_folder.Path, message);
    }

    [Theory]
    [InlineData("cuda:99")]
    [InlineData("mps")]
    public void DeviceThatIsNotThere_IsNamedWithTheRemedy(string name)
    {
        if (name == "mps" && OperatingSystem.IsMacOS())
            Assert.Skip("A Mac may have it.");
        var message = Assert.Throws<TorchBackendException>(() => TorchBackend.Device(name)).Message;
        Assert.Contains($"'{name}'", message);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(TorchSharp.DeviceType.CPU, TorchBackend.Device("cpu").type);
    }

    [Fact]
    public void NoWrapper_SaysWhatIsMissing()
    {
        File.WriteAllText(_folder.File(Names.Library), "");
        var message = Assert.Throws<TorchBackendException>(() => TorchBackend.Probe([_folder.Path])).Message;
        Assert.StartsWith(Names.Wrapper, message);
        Assert.Contains(RuntimeInformation.RuntimeIdentifier, message);
    }

    [Fact]
    public void BrokenLibrary_SaysWhatTheLoaderSays()
    {
        File.WriteAllText(_folder.File(Names.Library), "this is no library");
        File.WriteAllText(_folder.File(Names.Wrapper), "nor is this");
        var error = Assert.Throws<TorchBackendException>(() => TorchBackend.Probe([_folder.Path]));
        Assert.Contains($"{_folder.Path} but cannot load", error.Message);
        Assert.Contains("version fits TorchSharp", error.Message);
        Assert.NotNull(error.InnerException);
        Assert.Contains(error.InnerException.Message.Trim(), error.Message);
    }

    [Fact]
    public void OldStandardLibrary_GetsItsRemedy()
    {
        Assert.Contains("GCC 13", TorchBackend.Remedy("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found"));
        Assert.Contains("apt-get install libgomp1", TorchBackend.Remedy("libgomp.so.1: cannot open shared object file"));
    }
}
