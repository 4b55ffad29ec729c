using System.Diagnostics;

namespace SciCoT.Tests.Cli;

/// <summary>Runs a program in a folder that is mounted for reading, as the folder of its user.</summary>
internal static class ReadOnlyFolder
{
    private const int MountRefused = 99;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs it to its end. Where no folder can be mounted, the test is skipped.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What follows <c>dotnet</c>.</param>
    public static async Task<Commands.Outcome> RunAsync(string folder, params string[] command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "There is no 'unshare' program.");
        // In a name space of its own, whose mounts end with it.
        const string Script = "{ mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\"; } 2>/dev/null || exit 99; cd \"$0\" && exec dotnet \"$@\"";
        var start = new ProcessStartInfo("unshare", ["--map-root-user", "--mount", "sh", "-c", Script, folder, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.SkipWhen(process.ExitCode == MountRefused || error.StartsWith("unshare:", StringComparison.Ordinal), "This process may not mount a folder for reading.");
        return new(process.ExitCode, await output, error);
    }
}
