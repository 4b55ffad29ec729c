using System.Diagnostics;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Mpi;

/// <summary>Groups that Slurm's srun starts, without an mpirun between.</summary>
public sealed class SlurmTests(SlurmCluster slurm) : IClassFixture<SlurmCluster>, IDisposable
{
    private const string Pmix = "pmix", Pmi2 = "pmi2";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Interfaces => new()
    {
        { Pmix, "libmpi.so.40" },
        { Pmi2, "libmpich.so.12" },
    };

    [Theory]
    [MemberData(nameof(Interfaces))]
    public async Task Ranks_FindEachOther(string @interface, string library)
    {
        var result = await slurm.RunAsync(@interface, 2, MpiRun.Host, "exchange");

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(["rank 0 of 2", "rank 1 of 2"], result.Lines.Select(line => line.Split(',')[0]));
        Assert.All(result.Lines, line => Assert.Contains(library, line));
    }

    [Fact]
    public async Task Training_IsThatOfMpirun()
    {
        var expected = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("mpirun"), "dropout", "10");
        var actual = await slurm.RunAsync(Pmix, 2, MpiRun.Host, "train", _folder.File("srun"), "dropout", "10");

        Assert.True(actual.ExitCode == 0, actual.All);
        Assert.Equal(Weights(expected), Weights(actual));
    }

    [Theory]
    [InlineData(Pmix)]
    [InlineData(Pmi2)]
    public async Task RankThatThrows_EndsAllWithItsMessage(string @interface)
    {
        long start = Stopwatch.GetTimestamp();
        var result = await slurm.RunAsync(@interface, 3, MpiRun.Host, "throw");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Rank 2 of 3 on ", result.Error);
        Assert.Contains("This rank has had enough.", result.Error);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromMinutes(1)); // the others would wait for half an hour
    }

    [Theory]
    [InlineData(Pmix)]
    [InlineData(Pmi2)]
    public async Task RankThatIsKilled_EndsAll(string @interface)
    {
        using var process = slurm.Start(@interface, 3, MpiRun.Host, "wait");
        await MpiRun.SignalAsync(process, "-KILL");
        var result = await MpiRun.EndAsync(process);

        Assert.NotEqual(0, result.ExitCode);
    }

    /// <summary>Each process would train alone and write over the others' files.</summary>
    [Fact]
    public async Task LauncherWithoutAnInterface_IsAnError()
    {
        var result = await slurm.RunAsync("none", 2, MpiRun.Host, "exchange");

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("rank 0 of 1", result.Output);
    }

    private static string Weights(MpiResult result) => Assert.Single(result.Lines, line => line.StartsWith("weights ", StringComparison.Ordinal));
}
