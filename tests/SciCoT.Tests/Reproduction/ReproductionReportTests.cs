using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Reproduction;
using SciCoT.Tests.Evaluation;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Reproduction;

/// <summary>The report's first line, and what is not in the report.</summary>
public sealed class ReproductionReportTests : IDisposable
{
    private const int Questions = 60;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(54, "two-stage exceeds direct on the mini data set, test: 90.0 % against 50.0 % of 60 questions, difference +40.0 points, 95 % interval ")]
    [InlineData(32, "two-stage is not shown to exceed direct on the mini data set, test: 53.3 % against 50.0 % of 60 questions, difference +3.3 points, 95 % interval ")]
    [InlineData(6, "two-stage is below direct on the mini data set, test: 10.0 % against 50.0 % of 60 questions, difference −40.0 points, 95 % interval ")]
    public void Verdict_AgainstASystem_SaysWhatThePairedTestSays(int right, string begins)
    {
        var report = Write(Recipe("against: direct"), right);
        Assert.StartsWith(begins, report);
        Assert.EndsWith("; exact McNemar test at 5 %.", report);
    }

    /// <summary>How a mark is tested follows from what its recipe knows of it.</summary>
    [Theory]
    [InlineData("standardError: 0.02", 54, "two-stage exceeds a mark (accuracy 50.0 %)", "one-sided two-sample z-test")]
    [InlineData("questions: 400", 54, "two-stage exceeds a mark (accuracy 50.0 %)", "one-sided two-sample z-test")]
    [InlineData("", 54, "two-stage exceeds a mark (accuracy 50.0 %)", "one-sided exact binomial test")]
    [InlineData("standardError: 0.08", 37, "two-stage is not shown to exceed a mark", "one-sided two-sample z-test")]
    [InlineData("", 38, "two-stage exceeds a mark", "one-sided exact binomial test")] // 0.026: exact marks are easier to exceed than those with an error
    [InlineData("questions: 30", 38, "two-stage is not shown to exceed a mark", "one-sided two-sample z-test")]
    [InlineData("standardError: 0.02", 12, "two-stage is below a mark", "one-sided two-sample z-test")]
    [InlineData("", 12, "two-stage is below a mark", "one-sided exact binomial test")]
    public void Verdict_AgainstAMark_TestsByWhatIsKnownOfIt(string known, int right, string begins, string test)
    {
        var verdict = Write(Recipe("against: a mark", known), right);
        Assert.StartsWith(begins, verdict);
        Assert.Contains("of 60 questions, 95 % interval ", verdict);
        Assert.EndsWith($"{test} at 5 %.", verdict);
    }

    [Fact]
    public void Report_HoldsNoTimes()
    {
        Write(Recipe("against: direct"), 40);
        foreach (var file in Directory.GetFiles(_folder.File("out")))
            Assert.DoesNotContain("777", File.ReadAllText(file));
    }

    private static ReproductionRecipe Recipe(string against, string known = "") => RecipeReader.Read(
        "mine",
        RecipeNode.Parse(
            RecipeFiles.TextOf("mini").Replace("against: direct", against, StringComparison.Ordinal)
                + $"marks:\n  - {{ system: a mark, dataSet: the mini data set, metric: accuracy, value: 0.5, source: here{(known.Length > 0 ? ", " + known : "")} }}\n",
            "mine.yaml"),
        "");

    /// <summary>Writes the report of a direct system with half of the answers right and a two-stage system with some; its first line.</summary>
    private string Write(ReproductionRecipe recipe, int right)
    {
        SystemResult[] systems =
        [
            Outcomes.System("direct", 1, [.. Enumerable.Range(0, Questions).Select(i => i < Questions / 2)]),
            Outcomes.System("two-stage", 1, [.. Enumerable.Range(0, Questions).Select(i => i < right)]) with { TrainingSeconds = 777 },
        ];
        systems[1] = systems[1] with { Outcomes = [.. systems[1].Outcomes.Select(outcome => outcome with { Seconds = 777 })] };
        ScienceQuestion[] test = [.. systems[0].Outcomes.Select(outcome => outcome.Question)];
        var folder = new ReproductionFolder(_folder.File("out"));
        Directory.CreateDirectory(folder.Root);
        new ReproductionReport(recipe, new DistillationData(test, [], test), systems, OverlapCheck.Compare(test, test), new("teacher", 3, 3, 30, 40, null), null).Write(folder);
        var first = File.ReadLines(folder.Report).First();
        Assert.StartsWith("# ", first);
        return first[2..].Replace("\\", "", StringComparison.Ordinal);
    }
}
