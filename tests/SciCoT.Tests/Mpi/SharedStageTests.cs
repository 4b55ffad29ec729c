using System.Diagnostics;
using System.Text.Json.Nodes;
using SciCoT.Questions;
using SciCoT.Testing;
using SciCoT.Tests.Cli;
using SciCoT.Tests.Campaign;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Mpi;

/// <summary>Stages that ranks share leave the files that one process leaves.</summary>
public sealed class SharedStageTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _tokenizer;

    public SharedStageTests() => _tokenizer = MiniScience.WriteTokenizer(_folder.File("tokenizer"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WritingAndEvaluation_GiveTheSameFilesAsOneProcess()
    {
        var run = _folder.File("run");
        await AloneAsync("distill", _tokenizer, run, "student");
        var (written, answered) = (Texts(run, "student-rationales.jsonl"), Answers(run));
        foreach (var made in new[] { "student-rationales.jsonl", "validation-rationales.jsonl", "predictions.jsonl", "report.json" })
            File.Delete(Path.Combine(run, made)); // their stages are done again, by the same students

        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 3, MpiRun.Host, "distill", _tokenizer, run, "student");

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(written, Texts(run, "student-rationales.jsonl"));
        Assert.Equal(answered, Answers(run));
        Assert.Equal(3, result.Lines.Where(line => !line.StartsWith("progress", StringComparison.Ordinal)).Select(line => line.Split(": ")[1]).GroupBy(told => told).Single().Count());
        Assert.All(result.Lines.Where(line => line.StartsWith("progress", StringComparison.Ordinal)), line => Assert.StartsWith("progress of 0:", line));
    }

    [Fact]
    public async Task Folds_AreMadeAsByOneProcess()
    {
        await AloneAsync("distill", _tokenizer, _folder.File("alone"), "cross-fitted");
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "distill", _tokenizer, _folder.File("together"), "cross-fitted");

        Assert.True(result.ExitCode == 0, result.All);
        for (int fold = 1; fold <= 3; fold++)
        {
            foreach (var file in new[] { "student-rationales.jsonl", "rationale-student/model.safetensors" })
                Assert.Equal(File.ReadAllBytes(_folder.File($"alone/folds-3/fold-{fold}/{file}")), File.ReadAllBytes(_folder.File($"together/folds-3/fold-{fold}/{file}")));
        }
    }

    [Fact]
    public async Task Systems_AreMadeAsByOneProcess()
    {
        Assert.SkipUnless(CampaignSettings.IsLong, "A long test: SCICOT_LONG_TESTS=1 runs it.");
        await AloneAsync("ablate", _tokenizer, _folder.File("alone"));
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "ablate", _tokenizer, _folder.File("together"));

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(["0: 10", "1: 10"], result.Lines.Order(StringComparer.Ordinal));
        Assert.Equal(Answers(_folder.File("alone")), Answers(_folder.File("together")));
    }

    [Fact]
    public async Task KilledRun_ContinuesInTheSameBits()
    {
        var straight = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "distill", _tokenizer, _folder.File("straight"), "student");
        Assert.True(straight.ExitCode == 0, straight.All);
        foreach (var moment in new[] { "progress of 0: TrainRationaleStudent 4", "progress of 0: TrainAnswerStudent 3" })
        {
            using var process = MpiRun.Start(MpiRun.OpenMpi, 2, MpiRun.Host, "distill", _tokenizer, _folder.File("killed"), "student", "announce");
            string? victim = null;
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.Trim().Split(' ') is ["1", var id])
                    victim = id;
                if (line.Trim() == moment)
                    Process.Start("kill", ["-KILL", victim!]).WaitForExit();
            }

            Assert.NotEqual(0, (await MpiRun.EndAsync(process)).ExitCode);
        }

        var continued = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "distill", _tokenizer, _folder.File("killed"), "student");
        Assert.True(continued.ExitCode == 0, continued.All);
        foreach (var student in new[] { "rationale-student", "answer-student" })
            Assert.Equal(File.ReadAllBytes(_folder.File($"straight/{student}/model.safetensors")), File.ReadAllBytes(_folder.File($"killed/{student}/model.safetensors")));
        Assert.Equal(Answers(_folder.File("straight")), Answers(_folder.File("killed")));
    }

    /// <summary>Work of one rank may take longer than the others may wait in an operation.</summary>
    [Theory]
    [InlineData("work", "0 goes on", "1 goes on")]
    [InlineData("fail", "0: Rank 1, on which the others wait, has failed; its own message tells why.", "1: This rank has had enough.")]
    public async Task WorkApart_IsWaitedFor(string how, params string[] expected)
    {
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, MpiRun.Host, "apart", how);

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(expected, result.Lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public async Task Tool_EvaluatesTogether_AndOneRankSpeaks(string launcher)
    {
        using var model = new TinyModelFolder();
        string[] arguments = ["evaluate", "--model", model.Path, "--data", model.QuestionPath, "--rationale-use", "--json"];
        var alone = await MpiRun.EndAsync(Process.Start(MpiRun.StartInfo("dotnet", [ToolProcess.Path, .. arguments, "--output", model.File("alone")]))!);
        var together = await MpiRun.RunAsync(launcher, 2, [ToolProcess.Path, .. arguments, "--output", model.File("together")]);

        Assert.True(together.ExitCode == 0, together.All);
        Assert.Equal(Without(alone), Without(together));
        Assert.Equal(Answers(model.File("alone")), Answers(model.File("together")));

        string Without(MpiResult result)
        {
            var json = JsonNode.Parse(Assert.Single(result.Lines))!.AsObject();
            json.Remove("report");
            json.Remove("seconds"); // each run has its own
            return json.ToJsonString();
        }
    }

    [Fact]
    public async Task Tool_DistilsTogether()
    {
        using var model = new TinyModelFolder();
        var world = MiniScience.Create(seed: 3);
        QuestionFile.Write(_folder.File("train.jsonl"), [.. world.Train.Take(24)]);
        QuestionFile.Write(_folder.File("dev.jsonl"), [.. world.Validation.Take(6)]);
        await File.WriteAllLinesAsync(_folder.File("rationales.jsonl"), world.Train.Take(24).Concat(world.Validation.Take(6)).Select(question => new JsonObject
        {
            ["id"] = question.Id,
            ["stem"] = question.Stem,
            ["choices"] = new JsonArray([.. question.Choices.Select(choice => new JsonObject { ["label"] = choice.Label, ["text"] = choice.Text })]),
            ["answer"] = question.AnswerLabel,
            ["rationale"] = $"This is what is known about it: {question.Choices.First(choice => choice.Label == question.AnswerLabel).Text} fits.",
        }.ToJsonString()), TestContext.Current.CancellationToken);
        string[] arguments = ["distill", "--run", _folder.File("run"), "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"), "--test", model.QuestionPath, "--rationales", _folder.File("rationales.jsonl"), "--base", Path.Combine(model.Path, "rationale-student"), "--steps", "4", "--batch-size", "4", "--json"];

        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, [ToolProcess.Path, .. arguments]);

        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal(24, JsonNode.Parse(Assert.Single(result.Lines))!["training"]!.GetValue<int>());
        Assert.True(File.Exists(_folder.File("run/report.json")));
    }

    [Fact]
    public async Task Tool_ThatFails_EndsAllWithOneMessage()
    {
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, ToolProcess.Path, "evaluate", "--model", _folder.File("nothing"), "--data", _folder.File("nothing.jsonl"));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(1, result.Error.Split("nothing.jsonl").Length - 1);
    }

    [Fact]
    public async Task Tool_CommandOfOneProcess_IsRefused()
    {
        var result = await MpiRun.RunAsync(MpiRun.OpenMpi, 2, ToolProcess.Path, "inspect", _folder.Path);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("scicot inspect works in one process, and was started in 2. Start it without mpirun.", result.Error);
    }

    private static async Task AloneAsync(params string[] arguments)
    {
        var result = await MpiRun.EndAsync(Process.Start(MpiRun.StartInfo("dotnet", [MpiRun.Host, .. arguments]))!);
        Assert.True(result.ExitCode == 0, result.All);
    }

    private static string Texts(string run, string file) => File.ReadAllText(Path.Combine(run, file));

    /// <summary>The answers without the seconds that they took.</summary>
    private static string[] Answers(string run) =>
    [
        .. File.ReadLines(Path.Combine(run, "predictions.jsonl")).Select(line =>
        {
            var row = JsonNode.Parse(line)!.AsObject();
            row.Remove("seconds");
            row.Remove("system");
            return row.ToJsonString();
        }),
    ];
}
