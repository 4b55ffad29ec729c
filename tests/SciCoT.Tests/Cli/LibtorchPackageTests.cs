using SciCoT.Cli;
using SciCoT.Models;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Where the tool has libtorch from. That NuGet really fetches it is shown by the consumer test.</summary>
public sealed class LibtorchPackageTests : IDisposable
{
    private static readonly string Library = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";

    private readonly TempFolder _folder = new();
    private readonly List<string> _said = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PackageThatNuGetHas_IsTakenWithoutAnotherProgram()
    {
        var expected = Package(_folder.Path, isWhole: true);
        Assert.Equal(expected, Of("no such program").Folder());
        Assert.Empty(_said);
    }

    [Fact]
    public void NoDotnet_NamesThePackageAndTheRemedy()
    {
        Package(_folder.Path, isWhole: false); // NuGet was stopped while it wrote
        var message = Assert.Throws<TorchBackendException>(() => Of(_folder.File("no such program")).Folder()).Message;
        Assert.Contains($"{TorchBackend.PackageName} {TorchBackend.Version}", message);
        Assert.Contains("NuGet.Config", message);
        Assert.Contains(TorchBackend.PackageName, Assert.Single(_said));
    }

    [Fact]
    public void RestoreFails_ItsMessageIsPassedOn()
    {
        var message = Assert.Throws<TorchBackendException>(() => Of(Script("echo 'error NU1301: no such host'; exit 1")).Folder()).Message;
        Assert.Contains("NU1301: no such host", message);
    }

    [Fact]
    public void RestoreSucceedsWithoutThePackage_IsAFailureToo() =>
        Assert.Throws<TorchBackendException>(() => Of(Script("exit 0")).Folder());

    [Fact]
    public void Restored_IsFoundInTheFolderThatNuGetNames()
    {
        var expected = Package(_folder.File("elsewhere"), isWhole: true);
        var assets = $$"""
            { "packageFolders": { "{{_folder.File("empty")}}": {}, "{{_folder.File("elsewhere")}}": {} },
              "libraries": { "{{TorchBackend.PackageName}}/{{TorchBackend.Version}}": { "path": "{{TorchBackend.PackageName}}/{{TorchBackend.Version}}" } } }
            """;
        File.WriteAllText(_folder.File("assets"), assets);

        Assert.Equal(expected, Of(Script($"grep -q '{TorchBackend.PackageName}.*\\[{TorchBackend.Version}\\]' libtorch.csproj && mkdir obj && cp '{_folder.File("assets")}' obj/project.assets.json")).Folder());
    }

    [Fact]
    public void Stopped_EndsTheRestore()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.ThrowsAny<OperationCanceledException>(() => new LibtorchPackage(_said.Add, _folder.File("packages"), Script("sleep 600"), stop.Token).Folder());
    }

    private LibtorchPackage Of(string dotnet) => new(_said.Add, _folder.Path, dotnet, TestContext.Current.CancellationToken);

    private static string Package(string packages, bool isWhole)
    {
        var package = Path.Combine(packages, TorchBackend.PackageName, TorchBackend.Version);
        var folder = Path.Combine(package, TorchBackend.PackageFolder);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, Library), "");
        if (isWhole)
            File.WriteAllText(Path.Combine(package, ".nupkg.metadata"), "{}");
        return folder;
    }

    /// <summary>A program in the place of dotnet.</summary>
    private string Script(string commands)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no shell scripts.");
        var path = _folder.File("dotnet");
        File.WriteAllText(path, "#!/bin/sh\n" + commands + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
