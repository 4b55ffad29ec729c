using System.ComponentModel;
using System.Diagnostics;

namespace SciCoT.Tests.Mpi;

/// <summary>Programs under a real launcher. Tests that need one that is not installed are skipped.</summary>
internal static class MpiRun
{
    public const string OpenMpi = "mpirun.openmpi";

    public const string Mpich = "mpirun.mpich";

    public static TheoryData<string> Launchers => [OpenMpi, Mpich];

    /// <summary>The program whose commands the ranks run.</summary>
    public static string Host => Path.Combine(AppContext.BaseDirectory, "SciCoT.Tests.MpiHost.dll");

    /// <summary>Starts ranks; the test is skipped where the launcher is not installed.</summary>
    /// <param name="launcher">The launcher's program.</param>
    /// <param name="ranks">How many.</param>
    /// <param name="arguments">A program of .NET, and what it is given.</param>
    public static Process Start(string launcher, int ranks, params IEnumerable<string> arguments)
    {
        var start = StartInfo(launcher, [.. Options(launcher), "-n", $"{ranks}", "dotnet", .. arguments]);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"There is no '{launcher}' program here.");
            throw;
        }
    }

    /// <summary>Runs ranks to their end.</summary>
    public static async Task<MpiResult> RunAsync(string launcher, int ranks, params IEnumerable<string> arguments) =>
        await EndAsync(Start(launcher, ranks, arguments));

    /// <summary>Waits for the end of a program, which is ended when that does not come.</summary>
    public static async Task<MpiResult> EndAsync(Process started)
    {
        using var process = started;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(4));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Sends rank 1 a signal once all ranks are there.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Trim().Split(' ') is not ["1", var id])
                continue;
            using var kill = Process.Start("kill", [signal, id]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            return;
        }
    }

    /// <summary>More ranks than cores are all right, and so is the user that a container has.</summary>
    public static string[] Options(string launcher) => launcher == OpenMpi ? ["--oversubscribe", "--bind-to", "none"] : [];

    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["OMPI_MCA_mpi_yield_when_idle"] = "1";
        start.Environment["TERM"] = "dumb"; // the launcher gives the ranks a terminal, whose sequences would stand between the lines
        return start;
    }
}

/// <summary>How a group ended.</summary>
/// <param name="ExitCode">The launcher's exit code.</param>
/// <param name="Output">What the ranks wrote to standard output.</param>
/// <param name="Error">What they wrote to standard error.</param>
internal sealed record MpiResult(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);

    public string All => $"exit code {ExitCode}\n{Output}\n{Error}";
}
