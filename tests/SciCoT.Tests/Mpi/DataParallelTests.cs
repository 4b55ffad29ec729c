using System.Diagnostics;
using System.Globalization;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Mpi;

/// <summary>Ranks that train together end where one process does, and each in the same bits.</summary>
public sealed class DataParallelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>All forms with SCICOT_LONG_TESTS=1; else those that differ most.</summary>
    public static TheoryData<string, int, double> Forms
    {
        get
        {
            var forms = new TheoryData<string, int, double>
            {
                { "plain", 2, 1e-5 },
                { "accumulation", 2, 1e-5 },
                { "lora", 2, 1e-5 },
                { "ragged", 4, 1e-5 }, // batches of three: a rank has nothing to do
                { "bfloat16", 2, 0.1 },
            };
            if (!CampaignSettings.IsLong)
                return forms;
            forms.Add("plain", 3, 1e-5);
            foreach (var form in new[] { "tied", "adafactor", "checkpointing", "tokens", "metric" })
                forms.Add(form, 2, 1e-5);
            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Ranks_FollowOneProcess(string form, int ranks, double tolerance)
    {
        var together = await MpiRun.RunAsync(MpiRun.OpenMpi, ranks, MpiRun.Host, "train", _folder.File("together"), form, "50");
        Assert.True(together.ExitCode == 0, together.All);
        var alone = await AloneAsync("alone", form, 50);

        var (expected, actual) = (Steps(alone), Steps(together));
        Assert.Equal(50, expected.Length);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair =>
        {
            Assert.Equal(pair.First.Step, pair.Second.Step);
            Assert.InRange(pair.Second.Loss - pair.First.Loss, -tolerance, tolerance);
            Assert.InRange((pair.Second.Validation ?? 0) - (pair.First.Validation ?? 0), -tolerance, tolerance);
            Assert.Equal(pair.First.Validation is null, pair.Second.Validation is null);
        });
        Assert.Equal(2, Weights(together).Split(' ').Length); // the word, and one hash for all ranks
    }

    [Fact]
    public async Task Mpich_TrainsAsOpenMpiDoes()
    {
        var open = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("open"), "plain", "10");
        var mpich = await MpiRun.RunAsync(MpiRun.Mpich, 2, MpiRun.Host, "train", _folder.File("mpich"), "plain", "10");

        Assert.True(mpich.ExitCode == 0, mpich.All);
        Assert.Equal(Weights(open), Weights(mpich)); // two numbers have one sum
    }

    [Theory]
    [InlineData("dropout")]
    [InlineData("adafactor")]
    public async Task KilledRank_EndsAll_AndTheTrainingContinuesInTheSameBits(string form)
    {
        var straight = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("straight"), form, "20");

        using (var process = MpiRun.Start(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("killed"), form, "20", "wait"))
        {
            string? victim = null;
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                var words = line.Trim().Split(' ');
                if (words is ["1", var id])
                    victim = id;
                if (words is ["step", "8", ..])
                    Process.Start("kill", ["-KILL", victim!]).WaitForExit();
            }

            Assert.NotEqual(0, (await MpiRun.EndAsync(process)).ExitCode);
        }

        Assert.False(Directory.Exists(_folder.File("killed/model")));
        var continued = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("killed"), form, "20");
        Assert.True(continued.ExitCode == 0, continued.All);
        Assert.Equal(Weights(straight), Weights(continued));
        Assert.InRange(Steps(continued)[0].Step, 6, 11); // from the checkpoint of step 5 or 10
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ContinuedWithAnotherNumberOfRanks_FollowsTheSameBatches(int ranks)
    {
        var straight = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("straight"), "plain", "20");
        var stopped = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("stopped"), "plain", "20", "cancel");
        Assert.NotEqual(0, stopped.ExitCode);

        var continued = ranks == 1
            ? await AloneAsync("stopped", "plain", 20)
            : await MpiRun.RunAsync(MpiRun.OpenMpi, ranks, MpiRun.Host, "train", _folder.File("stopped"), "plain", "20");

        Assert.True(continued.ExitCode == 0, continued.All);
        var (expected, actual) = (Steps(straight), Steps(continued));
        Assert.InRange(actual[0].Step, 8, 9); // from the checkpoint that was left when the rank was told to stop
        Assert.All(actual, step => Assert.InRange(step.Loss - expected[step.Step - 1].Loss, -1e-5, 1e-5));
    }

    [Fact]
    public async Task RankThatThrows_EndsAll()
    {
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "train", _folder.File("thrown"), "plain", "20", "throw");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("This rank has had enough.", result.Error);
    }

    [Fact]
    public async Task RankWithOtherWeights_IsFound()
    {
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 3, MpiRun.Host, "train", _folder.File("differing"), "plain", "50", "differ");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("After step 50 the weights of rank 2 are not those of rank 0", result.Error);
    }

    private async Task<MpiResult> AloneAsync(string folder, string form, int steps)
    {
        var result = await MpiRun.EndAsync(Process.Start(MpiRun.StartInfo("dotnet", [MpiRun.Host, "train", _folder.File(folder), form, $"{steps}"]))!);
        Assert.True(result.ExitCode == 0, result.All);
        return result;
    }

    private static (int Step, double Loss, double? Validation)[] Steps(MpiResult result) =>
    [
        .. from line in result.Lines
           let words = line.Split(' ')
           where words[0] == "step"
           select (int.Parse(words[1], CultureInfo.InvariantCulture), Number(words[2]), words[4].Length > 0 ? Number(words[4]) : (double?)null),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Weights(MpiResult result) => Assert.Single(result.Lines, line => line.StartsWith("weights ", StringComparison.Ordinal));
}
