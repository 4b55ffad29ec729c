using System.Diagnostics;
using SciCoT.Distributed;
using SciCoT.Mpi;

namespace SciCoT.Tests.Mpi;

public class MpiProcessGroupTests
{
    public static TheoryData<string, int> Groups => new()
    {
        { MpiRun.OpenMpi, 1 },
        { MpiRun.OpenMpi, 2 },
        { MpiRun.OpenMpi, 3 },
        { MpiRun.Mpich, 2 },
        { MpiRun.Mpich, 3 },
    };

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Operations_GiveWhatTheyPromise(string launcher, int ranks)
    {
        var result = await MpiRun.RunAsync(launcher, ranks, MpiRun.Host, "exchange");

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(Enumerable.Range(0, ranks).Select(rank => $"rank {rank} of {ranks}"), result.Lines.Select(line => line.Split(',')[0]));
        var library = ranks == 1 ? "no library" : launcher == MpiRun.OpenMpi ? "libmpi.so.40" : "mpi";
        Assert.All(result.Lines, line => Assert.Contains(library, line));
    }

    /// <summary>Ranks that may use the same cores get as many threads together as there are cores.</summary>
    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task Ranks_ShareTheCores(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 2, MpiRun.Host, "exchange");

        Assert.All(result.Lines, line =>
        {
            var words = line.Split(", ")[1].Split(' ');
            Assert.InRange(int.Parse(words[0]), 1, Math.Max(1, Environment.ProcessorCount / 2));
        });
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task DifferentOperations_AreToldApart(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 3, MpiRun.Host, "mismatch");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("rank 0: sum of 5 float32 numbers; ranks 1, 2: barrier", result.Output);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task RankThatLeavesEarly_EndsTheOthers(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 2, MpiRun.Host, "leave-early");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("A rank left the group while others went on (rank 0: barrier; rank 1: end)", result.Error);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task RankThatThrows_EndsAllWithItsMessage(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 3, MpiRun.Host, "throw");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Rank 2 of 3 on ", result.Error);
        Assert.Contains("This rank has had enough.", result.Error);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task RankThatLeavesByAnException_TellsIt(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 2, MpiRun.Host, "throw-and-leave");

        Assert.NotEqual(0, result.ExitCode);
        // The other rank may notice it first, and ends all before this one has said why.
        Assert.Contains(new[] { "This rank has had enough.", "A rank left the group while others went on" }, said => result.Error.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task RankThatHangs_IsNoticedAfterTheTimeout(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 2, MpiRun.Host, "hang", "2");

        Assert.Equal(MpiProcessGroup.TimeoutExitCode, result.ExitCode);
        Assert.Contains("Rank 0 of 2 on ", result.Error);
        Assert.Contains("have not come to an operation (barrier)", result.Error);
        Assert.Contains("the limit is 2 s", result.Error);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task RankThatIsStopped_IsNoticedAfterTheTimeout(string launcher)
    {
        using var process = MpiRun.Start(launcher, 2, MpiRun.Host, "hang", "4");
        await MpiRun.SignalAsync(process, "-STOP");
        var result = await MpiRun.EndAsync(process);

        Assert.Equal(MpiProcessGroup.TimeoutExitCode, result.ExitCode);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task RankThatIsKilled_EndsAll(string launcher)
    {
        using var process = MpiRun.Start(launcher, 3, MpiRun.Host, "wait");
        await MpiRun.SignalAsync(process, "-KILL");
        var result = await MpiRun.EndAsync(process);

        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEqual("", result.Error + result.Output);
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task JoiningTwice_IsRefused(string launcher)
    {
        var result = await MpiRun.RunAsync(launcher, 2, MpiRun.Host, "join-twice");

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Contains("has joined its group before", result.Output);
    }

    [Fact]
    public void Program_ThatNoLauncherStarted_IsAGroupOfOne()
    {
        using var group = MpiProcessGroup.Join();

        Assert.Same(ProcessGroup.Single, group);
    }

    [Fact]
    public async Task Run_WithoutALauncher_GivesTheExitCodeAndTheException()
    {
        Assert.Equal(5, await MpiProcessGroup.RunAsync(group => Task.FromResult(group.Size + 4)));
        await Assert.ThrowsAsync<InvalidDataException>(() => MpiProcessGroup.RunAsync(_ => throw new InvalidDataException()));
    }

    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=2", "libmpi_nowhere.so", "libmpi_nowhere.so' cannot be loaded: libmpi_nowhere.so: cannot open shared object file")]
    [InlineData("OMPI_COMM_WORLD_SIZE=2", "libm.so.6", "it is no MPI library")]
    public async Task LibraryThatCannotBeLoaded_IsNamed(string variable, string library, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no Linux here, whose libraries are named.");
        var result = await AloneAsync(variable, $"SCICOT_MPI_LIBRARY={library}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, result.Error);
    }

    [Fact]
    public async Task LibraryOfAnotherLauncher_IsRefused()
    {
        using (MpiRun.Start(MpiRun.OpenMpi, 1, "--version"))
        {
        }

        // As if MPICH's launcher had started two processes, and Open MPI's library were taken, which knows of one.
        var result = await AloneAsync("PMI_RANK=0", "PMI_SIZE=2", "SCICOT_MPI_LIBRARY=libmpi.so.40");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("MPICH's mpiexec started 2 processes, but for libmpi.so.40 the group has 1", result.Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    public async Task TimeoutThatIsNoTime_IsRefused(string seconds)
    {
        var result = await AloneAsync("OMPI_COMM_WORLD_SIZE=2", $"SCICOT_MPI_TIMEOUT={seconds}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"SCICOT_MPI_TIMEOUT is '{seconds}'; expected a number of seconds above 0", result.Error);
    }

    private static Task<MpiResult> AloneAsync(params string[] variables)
    {
        var start = MpiRun.StartInfo("dotnet", [MpiRun.Host, "exchange"]);
        foreach (var variable in variables)
            start.Environment[variable.Split('=')[0]] = variable.Split('=')[1];
        return MpiRun.EndAsync(Process.Start(start)!);
    }
}
