using System.Diagnostics;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Reproduction;

/// <summary><c>scicot reproduce</c> as a process that is killed at random moments, from the first download to the report.</summary>
[Trait(CampaignSettings.Category, CampaignSettings.Campaign)]
public sealed class ReproduceKillTests
{
    private const int Kills = 5;

    /// <summary>The recipe's number of calls at a time.</summary>
    private const int Concurrency = 8;

    private static readonly string[] ReportFiles = ["report.md", "report.html", "report.json", "predictions.jsonl", "annotated.json"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reproduce_KilledFiveTimesAtRandom_WritesTheSameReportAndPaysForNothingStoredTwice()
    {
        CampaignSettings.WriteSeed("kills of a reproduction");
        using var folder = new TempFolder();
        await using var arc = await LoopbackArc.StartAsync();

        var clock = Stopwatch.StartNew();
        using (var whole = Start(arc, folder, "whole"))
            (await whole.EndAsync(Token)).Succeeded();
        var duration = clock.Elapsed;
        int paid = arc.Teacher.Paid.Count;
        Assert.InRange(paid, LoopbackArc.Training + LoopbackArc.Validation, 2 * (LoopbackArc.Training + LoopbackArc.Validation));

        // Moments of the whole run's time; each start has to find its way back first, for which the process's start is added.
        var random = new Random(CampaignSettings.Seed);
        TimeSpan[] moments = [.. Enumerable.Range(0, Kills).Select(_ => random.NextDouble() * duration).Order()];
        var done = TimeSpan.Zero;
        foreach (var moment in moments)
        {
            // One that came to its end before its moment is started again, and killed on its way through what is done.
            var wait = (moment - done) + TimeSpan.FromSeconds(1);
            while (!await KilledAsync(wait))
                wait = random.NextDouble() * TimeSpan.FromSeconds(1);
            done = moment;
        }

        async Task<bool> KilledAsync(TimeSpan wait)
        {
            using var killed = Start(arc, folder, "killed");
            await Task.WhenAny(killed.WaitAsync(Token), Task.Delay(wait, Token));
            if (killed.HasExited)
                return false;
            killed.Signal("KILL");
            return (await killed.EndAsync(Token)).ExitCode != 0;
        }

        using var last = Start(arc, folder, "killed");
        var outcome = (await last.EndAsync(Token)).Succeeded();

        TestContext.Current.TestOutputHelper?.WriteLine($"{duration.TotalSeconds:0} s; {string.Join(", ", moments.Select(moment => $"{moment.TotalSeconds:0.0} s"))}; {paid} and {arc.Teacher.Paid.Count - paid} calls; {outcome.Output.Split('\n')[0]}");
        foreach (var file in ReportFiles)
            Assert.Equal(File.ReadAllText(folder.File($"whole/{file}")), File.ReadAllText(folder.File($"killed/{file}")));
        Assert.StartsWith("two-stage is below BLOOM-176B, one-shot (accuracy 75.9 %) on ARC-Easy: ", outcome.Output);
        Assert.StartsWith($"# {outcome.Output.Split('\n')[0]}\n", File.ReadAllText(folder.File("killed/report.md")).Replace("\\", "", StringComparison.Ordinal));
        // What was under way when the process died is all that was paid for in vain.
        Assert.InRange(arc.Teacher.Paid.Count - paid, paid, paid + (Kills * Concurrency));
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.File("killed"), "*.tmp", SearchOption.AllDirectories), _ => true);
    }

    private static ToolProcess Start(LoopbackArc arc, TempFolder folder, string name) => ToolProcess.Start(
        ["reproduce", "sci-cot-arc-easy", "--output", folder.File(name), "--teacher-endpoint", arc.Teacher.Address.ToString()],
        arc.Environment(folder.File($"{name}-cache")));
}
