using System.Diagnostics;
using SciCoT.IO;
using SciCoT.Models;

namespace SciCoT.Cli;

/// <summary>
/// libtorch, which commands need that train, from the folder where NuGet keeps packages. Where it is not there, <c>dotnet restore</c> fetches
/// it: from the user's own sources, with NuGet's checks.
/// </summary>
/// <param name="say">Tells the user that something is fetched.</param>
/// <param name="packages">The folder where NuGet keeps packages.</param>
/// <param name="dotnet">The program that restores.</param>
/// <param name="cancellationToken">Stops fetching.</param>
internal sealed class LibtorchPackage(Action<string> say, string packages, string dotnet, CancellationToken cancellationToken)
{
    private const long MaxAssetsBytes = 1 << 24;

    /// <summary>The package of this user, restored by the .NET that runs this program.</summary>
    public static LibtorchPackage OfTheUser(Action<string> say, CancellationToken cancellationToken)
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!; // dotnet/shared/Microsoft.NETCore.App/version
        return new(say, packages, Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")), cancellationToken);
    }

    /// <summary>The folder with libtorch's files.</summary>
    /// <exception cref="TorchBackendException">The package could not be fetched.</exception>
    /// <exception cref="OperationCanceledException">Fetching was stopped.</exception>
    public string Folder() => Kept(Path.Combine(packages, TorchBackend.PackageName, TorchBackend.Version)) ?? Restored();

    /// <summary>A package's folder with libtorch, if NuGet has written all of it: this file it writes last.</summary>
    private static string? Kept(string package)
    {
        var folder = Path.Combine(package, TorchBackend.PackageFolder);
        return File.Exists(Path.Combine(package, ".nupkg.metadata")) && TorchBackend.IsComplete(folder) ? folder : null;
    }

    private string Restored()
    {
        say($"Training needs libtorch {TorchBackend.Version}: NuGet fetches {TorchBackend.PackageName} once, some 120 MB.");
        var project = Directory.CreateTempSubdirectory("scicot-libtorch-");
        try
        {
            File.WriteAllText(Path.Combine(project.FullName, "libtorch.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net{Environment.Version.Major}.{Environment.Version.Minor}</TargetFramework></PropertyGroup>
                  <ItemGroup><PackageReference Include="{TorchBackend.PackageName}" Version="[{TorchBackend.Version}]" /></ItemGroup>
                </Project>
                """);

            // Files of these names in folders above would be read in their place.
            foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
                File.WriteAllText(Path.Combine(project.FullName, file), "<Project />");

            var (isDone, output) = Restore(project.FullName);
            return (isDone ? PackageOf(Path.Combine(project.FullName, "obj", "project.assets.json")) : null)
                ?? throw new TorchBackendException(
                    $"Training needs libtorch, and NuGet could not fetch {TorchBackend.PackageName} {TorchBackend.Version}: {output.Trim()} "
                    + "The same command continues once 'dotnet restore' of a project with that package succeeds; NuGet's sources are those of your NuGet.Config.");
        }
        finally
        {
            try
            {
                project.Delete(recursive: true);
            }
            catch (IOException)
            {
                // What a stopped restore still holds is left to the system's own cleaning.
            }
        }
    }

    private (bool IsDone, string Output) Restore(string folder)
    {
        var start = new ProcessStartInfo(dotnet)
        {
            ArgumentList = { "restore", "--verbosity", "quiet", "--nologo" },
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" }, // a node that stays would hold the output open
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var stop = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
            process.WaitForExit();
            cancellationToken.ThrowIfCancellationRequested();
            return (process.ExitCode == 0, output);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (false, e.Message);
        }
    }

    /// <summary>Where a restore has put the package: into the user's folder, or it was in another one that the user's configuration names.</summary>
    private static string? PackageOf(string assets)
    {
        if (!File.Exists(assets))
            return null;
        var json = OutsideJson.ReadObject(assets, MaxAssetsBytes);
        var path = (string?)json["libraries"]?[$"{TorchBackend.PackageName}/{TorchBackend.Version}"]?["path"];
        return path is null ? null : json["packageFolders"]?.AsObject().Select(folder => Kept(Path.Combine(folder.Key, path))).FirstOrDefault(folder => folder is not null);
    }
}
