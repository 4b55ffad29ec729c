using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Models;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Testing;
using SciCoT.Tests.Hub;
using SciCoT.Tests.Models;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>The tool as a shell sees it: arguments and input in; output, messages and an exit code out.</summary>
public sealed class ToolTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private const string Question = "What rusts? (A) iron (B) wood";
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Answer_SaysLabelTextAndReason()
    {
        var outcome = (await Commands.RunAsync(["answer", "--model", model.Path, Question])).Succeeded();
        Assert.Matches(@"^\([AB]\) (iron|wood)  \d+ ?%  because: ", outcome.Output);
        Assert.Equal("", outcome.Error);
    }

    [Fact]
    public async Task QuestionBehindTwoHyphens_MayBeginWithThem() =>
        Assert.Matches(@"^\([AB]\) ", (await Commands.RunAsync(["answer", "--model", model.Path, "--", $"-- {Question}"])).Succeeded().Output);

    [Fact]
    public async Task Answers_ComeInOrderWithAllProbabilities()
    {
        var outcome = (await Commands.RunAsync(["answer", "-m", model.Path, "-i", model.QuestionPath, "--batch-size", "2", "--json"])).Succeeded();
        Assert.Equal(model.Questions.Select(q => q.Id), outcome.Rows.Select(row => (string?)row["id"]));
        Assert.All(outcome.Rows.Zip(model.Questions), pair =>
        {
            Assert.Equal(pair.Second.Choices.Count, pair.First["choices"]!.AsArray().Count);
            Assert.Equal(1, pair.First["choices"]!.AsArray().Sum(choice => (double)choice!["probability"]!), 1e-4);
        });
    }

    [Fact]
    public async Task StandardInput_IsJsonOrText()
    {
        var outcome = (await Commands.RunAsync(["answer", "-m", model.Path, "-i", "-", "--json"], $"{File.ReadLines(model.QuestionPath).First()}\n\n{Question}\n")).Succeeded();
        Assert.Equal(2, outcome.Rows.Count);
        Assert.Equal(model.Questions[0].Id, (string?)outcome.Rows[0]["id"]);
        Assert.Contains((string?)outcome.Rows[1]["text"], new[] { "iron", "wood" });
    }

    [Fact]
    public async Task BadRow_IsNamedAndFails()
    {
        var outcome = await Commands.RunAsync(["answer", "-m", model.Path, "-i", "-"], $"{Question}\n{{\"id\": 3}}\n");
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("standard input", outcome.Error);
        Assert.Contains("2", outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
    }

    [Theory]
    [InlineData("--no-such-option", "--no-such-option")]
    [InlineData("answer --batch-size many", "--batch-size")]
    [InlineData("answer", "Nothing to answer")]
    [InlineData("answer x?", "SCICOT_MODEL")]
    [InlineData("answer x? -m nowhere --batch-size 0", "--batch-size must be a whole number from 1; got '0'")]
    [InlineData("answer x? -m nowhere --device gpu", "--device")]
    [InlineData("answer x? --config nowhere.json", "nowhere.json")]
    [InlineData("answer --modle nowhere x?", "--modle is no option of scicot answer. Did you mean \"--model\"?")]
    [InlineData("answer -m nowhere --jsn", "--jsn is no option of scicot answer. Did you mean \"--json\"?")]
    [InlineData("inspect --jsn", "--jsn is no option of scicot inspect. Did you mean \"--json\"?")]
    [InlineData("download --datset", "--datset is no option of scicot download. Did you mean \"--dataset\"?")]
    [InlineData("evaluate -m nowhere", "--data")]
    [InlineData("download", "scicot download --help")]
    public async Task WrongUse_IsNamed(string line, string named)
    {
        var outcome = await Commands.RunAsync(line.Split(' '));
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, outcome.ExitCode);
        Assert.Contains(named, outcome.Error);
        Assert.Equal("", outcome.Output);
    }

    [Theory]
    [InlineData("answer x? -m nowhere", "nowhere")]
    [InlineData("inspect nowhere", "nowhere")]
    [InlineData("evaluate -m nowhere -d nowhere.jsonl", "nowhere.jsonl")]
    public async Task WhatIsMissing_FailsWithoutStackTrace(string line, string named)
    {
        var outcome = await Commands.RunAsync(line.Split(' '));
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains(named, outcome.Error);
        Assert.DoesNotContain("   at ", outcome.Error);
    }

    [Fact]
    public async Task Configuration_IsFileThenEnvironmentThenFlags()
    {
        var file = _folder.File("settings.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { model = model.Path, batchSize = 0, json = true }));
        string[] line = ["answer", Question, "--config", file];

        var fromFile = await Commands.RunAsync(line);
        Assert.Contains("got '0'", fromFile.Error);
        Assert.Contains("text", (await Commands.RunAsync([.. line, "--batch-size", "4"])).Succeeded().Json.Select(p => p.Key));

        // In a process of its own: this one's environment is that of all tests beside.
        var environment = new Dictionary<string, string> { ["SCICOT_BATCHSIZE"] = "-3" };
        using var fromEnvironment = ToolProcess.Start(line, environment);
        Assert.Contains("got '-3'", (await fromEnvironment.EndAsync(Token)).Error);
        using var fromFlag = ToolProcess.Start([.. line, "--batch-size", "4"], environment);
        (await fromFlag.EndAsync(Token)).Succeeded();
    }

    [Theory]
    [InlineData("annotate")]
    [InlineData("answer")]
    [InlineData("distill")]
    [InlineData("download")]
    [InlineData("evaluate")]
    [InlineData("inspect")]
    public async Task Help_HasExamples(string command)
    {
        var outcome = (await Commands.RunAsync([command, "--help"])).Succeeded();
        Assert.Contains("Examples:", outcome.Output);
        Assert.Contains($"scicot {command}", outcome.Output);
        Assert.Contains("--json", outcome.Output);
    }

    [Fact]
    public async Task Completion_SuggestsCommands() =>
        Assert.Contains("inspect", (await Commands.RunAsync(["[suggest:2]", "in"])).Succeeded().Output);

    [Fact]
    public async Task Cancelled_HasItsExitCode()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var outcome = await Commands.RunAsync(["answer", "-m", model.Path, Question], cancellationToken: stopped.Token);
        Assert.Equal(SciCoT.Cli.ExitCode.Cancelled, outcome.ExitCode);
        Assert.Contains("continues", outcome.Error);
    }

    [Fact]
    public async Task Evaluate_CountsWhatThePipelineAnswers()
    {
        var answers = (await Commands.RunAsync(["answer", "-m", model.Path, "-i", model.QuestionPath, "--json"])).Succeeded().Rows;
        int right = answers.Zip(model.Questions).Count(pair => (string?)pair.First["label"] == pair.Second.AnswerLabel);

        var report = (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", model.QuestionPath, "--json"])).Succeeded().Json;
        Assert.Equal((5, right), ((int)report["questions"]!, (int)report["correct"]!));
        Assert.Equal(2, report["interval95"]!.AsArray().Count);
        Assert.Contains("\nquestions: 5\n", (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", model.QuestionPath])).Succeeded().Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Evaluate_WritesTheReportAndPredictionsThatGiveItAgain()
    {
        var reports = _folder.File("reports");
        string[] line = ["evaluate", "-m", model.Path, "-d", model.QuestionPath, "--train", model.QuestionPath, "--data-set", "ARC-Easy, mine", "--system", "two-stage", "--rationale-use", "--json"];
        var figures = (await Commands.RunAsync([.. line, "--output", reports])).Succeeded().Json;

        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(reports, "report.json")))!;
        Assert.Equal((double)figures["accuracy"]!, (double)report["systems"]![0]!["accuracy"]!);
        Assert.Equal(5, (int)report["overlap"]!["matches"]!.AsArray().Count);
        Assert.Contains(report["systems"]![0]!["rationaleUse"]!.AsArray(), use => (string?)use!["kind"] == "Empty");
        Assert.InRange((double)report["systems"]![0]!["tokens"]!["mean"]!, 1, 10);
        Assert.Contains("--data-set 'ARC-Easy, mine'", (string?)report["command"]);
        Assert.NotEmpty(report["published"]!.AsArray());
        Assert.Contains("two-stage", File.ReadAllText(Path.Combine(reports, "report.md")));
        Assert.Contains("<svg", File.ReadAllText(Path.Combine(reports, "report.html")));

        var again = (await Commands.RunAsync(["evaluate", "--predictions", Path.Combine(reports, "predictions.jsonl"), "--json"])).Succeeded().Json;
        foreach (var name in new[] { "system", "questions", "correct", "accuracy" })
            Assert.Equal(figures[name]!.ToJsonString(), again[name]!.ToJsonString());
    }

    [Fact]
    public async Task Evaluate_WithoutOutput_PrintsWhatItComputed()
    {
        string[] line = ["evaluate", "-m", model.Path, "-d", model.QuestionPath, "--train", model.QuestionPath, "--rationale-use"];

        var json = (await Commands.RunAsync([.. line, "--json"])).Succeeded().Json;
        var text = (await Commands.RunAsync(line)).Succeeded().Output;

        Assert.Equal(["its own", "none", "another question's", "the first half of its own"], json["rationaleUse"]!.AsArray().Select(use => (string?)use!["rationale"]));
        Assert.Equal(5, (int)json["overlap"]!["exact"]!);
        Assert.InRange((double)json["calibration"]!["brier"]!, 0, 2);
        Assert.InRange((double)json["tokens"]!["median"]!, 1, 10);
        Assert.Matches(@"(?m)^rationaleUse:\r?$", text);
        Assert.Matches(@"(?m)^  rationale: none, accuracy: [\d.]+, changed: [\d.]+\r?$", text);
        Assert.Matches(@"(?m)^interval95: 0(\.\d{1,4})?, [01](\.\d{1,4})?\r?$", text); // rounded for people
    }

    [Fact]
    public async Task Evaluate_ComparesPredictionsFromElsewhere()
    {
        var path = _folder.File("predictions.jsonl");
        File.WriteAllLines(path, model.Questions.SelectMany(question => new[]
        {
            JsonSerializer.Serialize(new { system = "right", id = question.Id, label = question.AnswerLabel }),
            JsonSerializer.Serialize(new { system = "wrong", id = question.Id, label = question.Choices.First(choice => choice.Label != question.AnswerLabel).Label }),
        }));
        string[] line = ["evaluate", "--predictions", path, "--json"];
        var rows = (await Commands.RunAsync([.. line, "--data", model.QuestionPath, "--baseline", "wrong", "-o", _folder.File("report")])).Succeeded().Rows;
        Assert.Equal(["right", "wrong"], rows.Select(row => (string?)row["system"]));
        Assert.Equal((1, 1), ((double)rows[0]["accuracy"]!, (double)rows[0]["difference"]!));
        Assert.Equal(0.0625, (double)rows[0]["pValue"]!, 1e-9); // McNemar, 5 against 0
        Assert.True(File.Exists(_folder.File("report/report.html")));

        var without = await Commands.RunAsync(line);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, without.ExitCode);
        Assert.Contains("line 1, field 'id'", without.Error);
        File.AppendAllText(path, """{"system":"right","id":"another","label":"A"}""");
        Assert.Contains("'another'", (await Commands.RunAsync([.. line, "--data", model.QuestionPath])).Error);
    }

    [Fact]
    public async Task ConfigurationFile_MayNameACommandAndMisspellsNothing()
    {
        var file = _folder.File("settings.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { model = model.Path, batchSize = 0, answer = new { batchSize = 2, json = true } }));
        string[] line = ["answer", Question, "--config", file];
        (await Commands.RunAsync(line)).Succeeded();
        Assert.Contains("got '0'", (await Commands.RunAsync(["evaluate", "-d", model.QuestionPath, "--config", file])).Error);

        foreach (var (settings, named) in new[] { ("""{"batchsizes": 3}""", "\"batchsizes\" is no option."), ("""{"answer": {"epochs": 3}}""", "\"epochs\" is no option of scicot answer.") })
        {
            File.WriteAllText(file, settings);
            var outcome = await Commands.RunAsync(line);
            Assert.Equal(SciCoT.Cli.ExitCode.Usage, outcome.ExitCode);
            Assert.Contains(named, outcome.Error);
        }
    }

    [Fact]
    public async Task Evaluate_NeedsAnswers()
    {
        var path = _folder.File("open.jsonl");
        QuestionFile.Write(path, [model.Questions[0] with { AnswerLabel = null }]);
        Assert.Contains(model.Questions[0].Id, (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", path])).Error);
    }

    [Fact]
    public async Task Inspect_TellsCheckpointsModelsAndStores()
    {
        var checkpoint = (await Commands.RunAsync(["inspect", Golden.Folder(Golden.Gated), "--json"])).Succeeded().Json;
        Assert.Equal("checkpoint", (string?)checkpoint["kind"]);
        using (var golden = T5Model.Load(Golden.Folder(Golden.Gated)))
            Assert.Equal(TinyModel.Weights(golden).Length, (long)checkpoint["parameters"]!);

        var folder = (await Commands.RunAsync(["inspect", model.Path, "--json"])).Succeeded().Json;
        Assert.Equal("model", (string?)folder["kind"]);
        Assert.Equal("loads", (string?)folder["rationale-student"]!["tokenizer"]);
        Assert.Contains("kind: model", (await Commands.RunAsync(["inspect", model.Path])).Succeeded().Output);

        var path = _folder.File("rationales.jsonl");
        await using (var store = JsonLinesRationaleStore.Open(path, TestContext.Current.CancellationToken))
        {
            await store.AppendAsync(Records.Sample(1), TestContext.Current.CancellationToken);
            await store.AppendAsync(Records.Sample(2), TestContext.Current.CancellationToken);
        }

        var seen = (await Commands.RunAsync(["inspect", path, "--json"])).Succeeded().Json;
        Assert.Equal(2, (int)seen["records"]!);
    }

    [Fact]
    public async Task AllowPickle_WorksForEveryCommandThatTakesAModel()
    {
        foreach (var student in new[] { "rationale-student", "answer-student" })
        {
            Directory.CreateDirectory(_folder.File(student));
            foreach (var file in Directory.GetFiles(Path.Combine(model.Path, student)))
                File.Copy(file, Path.Combine(_folder.File(student), Path.GetFileName(file)));
            TorchFile.Replace(_folder.File(student));
        }

        File.Copy(model.File("scicot.json"), _folder.File("scicot.json"));
        string[][] commands =
        [
            ["answer", "-m", _folder.Path, Question],
            ["evaluate", "-m", _folder.Path, "--data", model.QuestionPath],
            ["inspect", _folder.Path],
            ["inspect", _folder.File("answer-student")],
        ];
        foreach (var command in commands)
        {
            var refused = await Commands.RunAsync(command);
            Assert.Equal(SciCoT.Cli.ExitCode.Failed, refused.ExitCode);
            Assert.Contains("--allow-pickle", refused.Error);
            var allowed = (await Commands.RunAsync([.. command, "--allow-pickle"])).Succeeded();
            if (command[0] == "answer")
                Assert.Equal((await Commands.RunAsync(["answer", "-m", model.Path, Question])).Succeeded().Output, allowed.Output);
        }
    }

    [Fact]
    public async Task AllowPickle_DownloadsAndDistills()
    {
        var start = _folder.File("start");
        Directory.CreateDirectory(start);
        foreach (var file in Directory.GetFiles(Path.Combine(model.Path, "rationale-student")))
            File.Copy(file, Path.Combine(start, Path.GetFileName(file)));
        TorchFile.Replace(start);
        await using var hub = await FakeHub.StartAsync();
        hub.OtherNames.Clear();
        foreach (var file in Directory.GetFiles(start))
            hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        hub.Files.Remove("model.safetensors");
        string[] download = ["download", FakeHub.Repository, "--cache", _folder.File("cache"), "--endpoint", hub.Address.ToString()];
        Assert.Contains("--allow-pickle", (await Commands.RunAsync(download)).Error);
        var directory = (await Commands.RunAsync([.. download, "--allow-pickle"])).Succeeded().Output.Trim();

        var world = MiniScience.Create(seed: 3);
        var options = new ScriptedTeacherOptions();
        ScienceQuestion[] training = [.. world.Train.Take(8)], validation = [.. world.Validation.Take(2)];
        QuestionFile.Write(_folder.File("train.jsonl"), training);
        QuestionFile.Write(_folder.File("dev.jsonl"), validation);
        await using (var store = JsonLinesRationaleStore.Open(_folder.File("rationales.jsonl"), TestContext.Current.CancellationToken))
        {
            var annotator = new RationaleAnnotator(new ScriptedTeacher(world, options), store, new AnnotationSettings { Teacher = options.Name });
            await annotator.AnnotateAsync([.. training, .. validation], cancellationToken: TestContext.Current.CancellationToken);
        }

        string[] distill =
        [
            "distill", "--run", _folder.File("run"), "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"),
            "--rationales", _folder.File("rationales.jsonl"), "--base", directory, "--epochs", "1", "--json",
        ];
        Assert.Contains("--allow-pickle", (await Commands.RunAsync(distill)).Error);
        (await Commands.RunAsync([.. distill, "--allow-pickle"])).Succeeded();
        (await Commands.RunAsync(["answer", "-m", _folder.File("run"), Question])).Succeeded();
    }

    [Fact]
    public async Task Inspect_FindsADamagedCheckpoint()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(model.Path, "answer-student")))
            File.Copy(file, _folder.File(Path.GetFileName(file)));
        var weights = _folder.File("model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^100]);
        var outcome = await Commands.RunAsync(["inspect", _folder.Path]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains(weights, outcome.Error);
    }

    [Fact]
    public async Task Distill_ContinuesAfterAStopAndLeavesAModelThatAnswers()
    {
        var world = MiniScience.Create(seed: 3);
        var options = new ScriptedTeacherOptions();
        ScienceQuestion[] training = [.. world.Train.Take(24)], validation = [.. world.Validation.Take(4)];
        foreach (var (name, questions) in new (string, ScienceQuestion[])[] { ("train.jsonl", [.. training, world.Train[30]]), ("dev.jsonl", validation), ("test.jsonl", [.. world.Test.Take(4)]) })
            QuestionFile.Write(_folder.File(name), questions);
        await using (var store = JsonLinesRationaleStore.Open(_folder.File("rationales.jsonl"), TestContext.Current.CancellationToken))
        {
            var annotator = new RationaleAnnotator(new ScriptedTeacher(world, options), store, new AnnotationSettings { Teacher = options.Name });
            await annotator.AnnotateAsync([.. training, .. validation], cancellationToken: TestContext.Current.CancellationToken);
        }

        var run = _folder.File("run");
        string[] Line(int epochs) =>
        [
            "distill", "--run", run, "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"), "--test", _folder.File("test.jsonl"),
            "--rationales", _folder.File("rationales.jsonl"), "--base", Path.Combine(model.Path, "rationale-student"), "--epochs", $"{epochs}", "--json",
        ];
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        Assert.Equal(SciCoT.Cli.ExitCode.Cancelled, (await Commands.RunAsync(Line(1), cancellationToken: stopped.Token)).ExitCode);

        var report = (await Commands.RunAsync(Line(1))).Succeeded().Json;
        Assert.Equal((24, 4), ((int)report["training"]!, (int)report["validation"]!));
        Assert.InRange((double)report["testAccuracy"]!, 0, 1);
        var seen = (await Commands.RunAsync(["inspect", run, "--json"])).Succeeded().Json;
        Assert.Equal("run", (string?)seen["kind"]);
        Assert.Equal("done", (string?)seen["stages"]!["report"]);
        (await Commands.RunAsync(["answer", "-m", run, Question])).Succeeded();

        // A report on the run's students has their training too.
        await File.WriteAllTextAsync(_folder.File("settings.json"), JsonSerializer.Serialize(new { model = run, limit = 3 }), Token);
        (await Commands.RunAsync(["evaluate", "-d", _folder.File("test.jsonl"), "--config", _folder.File("settings.json"), "-o", _folder.File("report"), "--json"])).Succeeded();
        var evaluated = JsonNode.Parse(File.ReadAllText(_folder.File("report/report.json")))!;
        Assert.Equal(["rationale student", "answer student"], evaluated["systems"]![0]!["training"]!.AsArray().Select(curve => (string?)curve!["student"]));
        Assert.True((int)evaluated["systems"]![0]!["trainingSteps"]! > 0);
        Assert.Contains("<section id=\"Training\">", File.ReadAllText(_folder.File("report/report.html")));
        Assert.Equal($"scicot evaluate --model {run} --data {_folder.File("test.jsonl")} --limit 3", (string?)evaluated["command"]);

        await File.WriteAllTextAsync(Path.Combine(run, "report.json"), "{}", Token);
        var damaged = (await Commands.RunAsync(["evaluate", "-m", run, "-d", _folder.File("test.jsonl"), "--json"])).Succeeded();
        Assert.Contains("no training curves", damaged.Error);

        var other = await Commands.RunAsync(Line(2));
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, other.ExitCode);
        Assert.Contains("another plan", other.Error);
    }

    [Fact]
    public async Task Download_PrintsTheFolder()
    {
        await using var hub = await FakeHub.StartAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(model.Path, "answer-student")))
            hub.Files[Path.GetFileName(file)] = File.ReadAllBytes(file);
        string[] line = ["download", FakeHub.Repository, "--cache", _folder.Path, "--endpoint", hub.Address.ToString()];

        var directory = (await Commands.RunAsync(line)).Succeeded().Output.Trim();
        Assert.EndsWith(FakeHub.Commit, directory);
        (await Commands.RunAsync(["inspect", directory])).Succeeded();
        Assert.Equal(JsonValue.Create(FakeHub.Commit).ToString(), (string?)(await Commands.RunAsync([.. line, "--json"])).Succeeded().Json["commit"]);
    }

    [Fact]
    public async Task Download_SaysWhatIsWrong()
    {
        await using var hub = await FakeHub.StartAsync();
        var outcome = await Commands.RunAsync(["download", "no/such", "--cache", _folder.Path, "--endpoint", hub.Address.ToString()]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("no/such", outcome.Error);
    }
}
