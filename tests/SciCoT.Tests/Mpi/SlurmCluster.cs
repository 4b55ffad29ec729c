using System.Diagnostics;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Mpi;

/// <summary>A Slurm of its own, with this machine as its one node; a shell ends it with this process, however that ends.</summary>
public sealed class SlurmCluster : IAsyncLifetime
{
    /// <summary>Nodes of the tests have so many processors, whatever the machine has.</summary>
    private const int Processors = 4;

    private readonly TempFolder _folder = new();
    private Process? _keeper;

    /// <summary>What is not here that it needs; <see langword="null"/> where all is.</summary>
    public static string? Missing =>
        Environment.UserName != "root" ? "Only root may start a Slurm of its own."
        : !new[] { "slurmctld", "slurmd", "srun" }.All(IsHere) ? "There is no Slurm here (Debian: apt-get install slurm-wlm)."
        : null;

    private string Configuration => _folder.File("slurm.conf");

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        var (host, folder) = (Environment.MachineName, _folder.Path);
        await File.WriteAllTextAsync(Configuration,
            $"""
            ClusterName=test
            SlurmctldHost={host}(127.0.0.1)
            SlurmctldPort={PostgresCluster.FreePort()}
            SlurmdPort={PostgresCluster.FreePort()}
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/none
            CredType=cred/none
            StateSaveLocation={folder}
            SlurmdSpoolDir={folder}
            SlurmctldPidFile={folder}/slurmctld.pid
            SlurmdPidFile={folder}/slurmd.pid
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/linear
            SlurmdParameters=config_overrides
            NodeName={host} NodeAddr=127.0.0.1 CPUs={Processors} State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES OverSubscribe=FORCE:8 State=UP

            """);
        // In the foreground they are children of the shell, which ends them when its input ends.
        const string Keeper = "slurmctld -D -f \"$1\" & control=$!; slurmd -D -f \"$1\" & node=$!; cat >/dev/null; kill $control $node; wait";
        _keeper = Process.Start(new ProcessStartInfo("sh", ["-c", Keeper, "sh", Configuration]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = _keeper.StandardOutput.ReadToEndAsync();
        _ = _keeper.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts ranks by <c>srun</c>; the test is skipped where there is no Slurm.</summary>
    /// <param name="interface">What the ranks find each other by: <c>pmix</c> for Open MPI, <c>pmi2</c> for MPICH.</param>
    /// <param name="ranks">How many.</param>
    /// <param name="arguments">A program of .NET, and what it is given.</param>
    internal Process Start(string @interface, int ranks, params IEnumerable<string> arguments)
    {
        if (Missing is { } missing)
            Assert.Skip(missing);
        var start = MpiRun.StartInfo("srun", [$"--mpi={@interface}", "--kill-on-bad-exit=1", "-n", $"{ranks}", "dotnet", .. arguments]);
        start.Environment["SLURM_CONF"] = Configuration;
        return Process.Start(start)!;
    }

    internal async Task<MpiResult> RunAsync(string @interface, int ranks, params IEnumerable<string> arguments) =>
        await MpiRun.EndAsync(Start(@interface, ranks, arguments));

    public async ValueTask DisposeAsync()
    {
        if (_keeper is not null)
        {
            _keeper.StandardInput.Close();
            await _keeper.WaitForExitAsync();
            _keeper.Dispose();
        }

        _folder.Dispose();
    }

    private static bool IsHere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
