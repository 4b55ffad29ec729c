using SciCoT.Cli;
using SciCoT.Reproduction;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Reproduction;

/// <summary><c>scicot reproduce</c>: what it says before it starts, the way of the mini recipe, and what it refuses.</summary>
public sealed class ReproduceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Mini_Short_EndsWithAVerdictAndTheSameReportAgain()
    {
        string[] line = ["reproduce", "mini", "--short", "--output", _folder.File("mini"), "--json"];
        var first = (await Commands.RunAsync(line)).Succeeded().Json;
        var report = File.ReadAllText(_folder.File("mini/report.md"));
        var page = File.ReadAllText(_folder.File("mini/report.html"));

        var verdict = (string)first["verdict"]!;
        Assert.Matches("^two-stage (exceeds|is not shown to exceed|is below) direct on the mini data set, test: .* of 64 questions, .* 95 % interval ", verdict);
        Assert.StartsWith($"# {verdict}\n", report);
        Assert.Contains("The figures mean nothing.", report);
        Assert.Contains("| training.steps | 750 | our choice |", report);
        Assert.Contains("| systems.two-stage | as it is | Sci-CoT's abstract (arXiv 2308.04679): a two-stage framework", report);
        Assert.Equal(["direct", "one-stage", "two-stage"], first["accuracy"]!.AsObject().Select(system => system.Key));
        Assert.DoesNotContain("seconds p50</th><td>", page);

        var again = (await Commands.RunAsync(line)).Succeeded().Json;
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal((report, page), (File.ReadAllText(_folder.File("mini/report.md")), File.ReadAllText(_folder.File("mini/report.html"))));
    }

    [Fact]
    public async Task Folder_OfAnotherRecipe_IsRefused()
    {
        var mine = _folder.File("mine.yaml");
        File.WriteAllText(mine, RecipeFiles.TextOf("mini").Replace("seed: 6", "seed: 7", StringComparison.Ordinal));
        string[] line = ["reproduce", "mini", "--short", "--output", _folder.File("out")];
        using var stopped = new CancellationTokenSource(); // once the plan is written
        using var watch = new FileSystemWatcher(Directory.CreateDirectory(_folder.File("out")).FullName, "rationales.jsonl");
        watch.Created += (_, _) => stopped.Cancel();
        watch.EnableRaisingEvents = true;
        Assert.Equal(ExitCode.Cancelled, (await Commands.RunAsync(line, cancellationToken: stopped.Token)).ExitCode);

        var outcome = await Commands.RunAsync(["reproduce", mine, "--short", "--output", _folder.File("out")]);

        Assert.Equal(ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("data.seed", outcome.Error);
        Assert.Contains("name another folder", outcome.Error);
    }

    [Fact]
    public async Task Teacher_FailsRunsOutOfMoneyAndGoes_TheSameCommandContinues()
    {
        await using var arc = await LoopbackArc.StartAsync();
        string[] line = ["reproduce", "sci-cot-arc-easy", "--short", "--output", _folder.File("out"), "--teacher-endpoint", arc.Teacher.Address.ToString()];

        var spent = await RunAsync([.. line, "--max-cost", "0.0002"]); // five replies
        Assert.Equal(ExitCode.Failed, spent.ExitCode);
        Assert.Contains("budget", spent.Error);
        Assert.InRange(arc.Teacher.Paid.Count, 1, 12);

        string failing = "";
        arc.Fails = call => Interlocked.CompareExchange(ref failing, call.Stem, "") is "" || call.Stem == failing;
        var missing = await RunAsync(line);
        Assert.Equal(ExitCode.Failed, missing.ExitCode);
        Assert.Contains("There is no reply to 1 of 48 requests", missing.Error);
        Assert.Contains("the same command asks for the others", missing.Error);
        Assert.False(File.Exists(_folder.File("out/report.md")));

        arc.Fails = _ => false;
        var first = (await RunAsync(line)).Succeeded();
        Assert.All(arc.Teacher.Calls.Where(call => call.Key != failing), call => Assert.InRange(call.Value, 1, 2));
        var report = File.ReadAllText(_folder.File("out/report.md"));
        Assert.Contains("google/flan-t5-small was trained on questions of ARC before", report);
        Assert.Contains("google/flan-t5-small, 25-shot", report);
        Assert.Contains("| teacher.endpoint | ", report);
        Assert.Contains(RecipeSettings.Given, report);

        // All is fetched, asked and measured: nobody is needed any more.
        await arc.Teacher.DisposeAsync();
        await arc.Hub.DisposeAsync();
        Assert.Equal(first.Output, (await RunAsync(line)).Succeeded().Output);
        Assert.Equal(report, File.ReadAllText(_folder.File("out/report.md")));

        async Task<Commands.Outcome> RunAsync(string[] args)
        {
            using var tool = ToolProcess.Start(args, arc.Environment(_folder.File("cache")));
            return await tool.EndAsync(Token);
        }
    }

    [Fact]
    public async Task DryRun_SaysWhatIsDownloadedAskedAndPaid_AndDoesNothing()
    {
        await using var arc = await LoopbackArc.StartAsync();
        var environment = arc.Environment(_folder.File("cache"));
        string[] line = ["reproduce", "sci-cot-arc-easy", "--dry-run", "--output", _folder.File("out"), "--teacher-endpoint", arc.Teacher.Address.ToString()];

        using var asText = ToolProcess.Start(line, environment);
        var said = (await asText.EndAsync(Token)).Succeeded().Output;
        using var asJson = ToolProcess.Start([.. line, "--json"], environment);
        var json = (await asJson.EndAsync(Token)).Succeeded().Json;

        long bytes = arc.Hub.Files.Sum(file => (long)file.Value.Length);
        Assert.Equal(bytes, (long)json["bytes"]!);
        Assert.Equal((2251 + 570, "gpt-4o-mini", 5.0), ((int)json["calls"]!, (string)json["teacher"]!, (double)json["maxCost"]!));
        Assert.Equal(
            (((double)json["inputTokens"]! * 0.15) + ((double)json["outputTokens"]! * 0.60)) / 1e6,
            (double)json["cost"]!,
            1e-9);
        foreach (var expected in new[] { "download: hf:allenai/ai2_arc/ARC-Easy/train, 1 file", "download: google/flan-t5-small, ", "teacher: gpt-4o-mini, 2,821 calls", "at most 5.00 (teacher.maxCost)", "Nothing was done." })
            Assert.Contains(expected, said);
        Assert.Empty(arc.Teacher.Calls);
        Assert.DoesNotContain(arc.Hub.Log, request => request.Method == "GET" && request.File.EndsWith(".parquet", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task DryRun_HubOutOfReach_SaysWhyInPlaceOfTheSize()
    {
        using var tool = ToolProcess.Start(
            ["reproduce", "openbookqa", "--dry-run"],
            new Dictionary<string, string> { ["HF_HUB_CACHE"] = _folder.File("cache"), ["HF_HUB_OFFLINE"] = "1" });
        var outcome = (await tool.EndAsync(Token)).Succeeded();
        Assert.Contains("download: google/flan-t5-small, google/flan-t5-small: offline", outcome.Output);
        Assert.Contains("5,457 calls", outcome.Output);
    }

    [Fact]
    public async Task Teacher_GivenForOneRun_StandsInTheReportsTable()
    {
        var outcome = await Commands.RunAsync(["reproduce", "mini", "--dry-run", "--teacher-model", "llama3.1", "--teacher-endpoint", "http://localhost:1/v1", "--output", _folder.File("out")]);
        Assert.Contains("teacher: llama3.1, ", outcome.Succeeded().Output);
        var recipe = RecipeFiles.Load("mini", new Dictionary<string, (string, bool)> { ["teacher.model"] = ("llama3.1", true) });
        Assert.Equal(RecipeSettings.Given, recipe.Settings.Single(setting => setting.Path == "teacher.model").Choice);
    }

    [Fact]
    public async Task Print_GivesTheFileOfABuiltInRecipe() =>
        Assert.Equal(RecipeFiles.TextOf("openbookqa"), (await Commands.RunAsync(["reproduce", "openbookqa", "--print"])).Succeeded().Output);

    [Theory]
    [InlineData("sci-cot-arc-eazy", "Did you mean \"sci-cot-arc-easy\"?")]
    [InlineData("missing.yaml", "'missing.yaml' is no recipe.")]
    public async Task UnknownRecipe_IsRefusedWithTheKnownOnes(string name, string says)
    {
        var outcome = await Commands.RunAsync(["reproduce", name]);
        Assert.Equal(ExitCode.Failed, outcome.ExitCode);
        Assert.Contains(says, outcome.Error);
        Assert.Contains("Built in are mini, openbookqa, sci-cot-arc-challenge, sci-cot-arc-easy", outcome.Error);
    }
}
