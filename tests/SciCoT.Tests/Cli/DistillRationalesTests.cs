using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Everything in a store that is fit to be learned from is learned from, from the shell too.</summary>
[Collection(TorchState.Collection)]
public sealed class DistillRationalesTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private static readonly string[] Reasons =
    [
        "Many careful measurements of it have shown the same thing again.",
        "Whoever drops a stone from a tower sees how gravity pulls it down.",
        "Plants turn sunlight, water and air into sugar inside their leaves.",
        "Copper wires carry currents since electrons move through metals freely.",
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AnnotatedWithSamplesAndRationalisation_AllThatPassIsLearnedFrom()
    {
        var questions = OpenAITeacher.Questions(10);
        QuestionFile.Write(_folder.File("train.jsonl"), questions[..8]);
        QuestionFile.Write(_folder.File("dev.jsonl"), questions[8..]);
        QuestionFile.Write(_folder.File("all.jsonl"), questions);
        // Of each question's three samples one goes wrong and is asked for again with the answer in view.
        await using (var server = await ChatServer.StartAsync(call => new() { Text = $"{Reasons[call.Number]}\nSo the answer is ({(call.Number == 1 ? "B" : "A")})." }))
            (await Commands.RunAsync(["annotate", "--input", _folder.File("all.jsonl"), "--output", _folder.File("store.jsonl"), "--model", "m", "--endpoint", server.Address.ToString(), "--samples", "3", "--rationalize"])).Succeeded();
        Assert.Equal(40, RationaleFile.Read(_folder.File("store.jsonl")).Count());

        var outcome = (await DistillAsync("store.jsonl")).Succeeded();

        var rationales = outcome.Json["rationales"]!;
        Assert.Equal((40, 30), ((int)rationales["records"]!, (int)rationales["learned"]!));
        Assert.Equal(10, (int)rationales["leftOut"]!["refused: agreement"]!);
        Assert.Contains("30 of 40 rationales are learned from; left out: 10 refused: agreement", outcome.Error);
        Assert.Equal(30, File.ReadLines(Path.Combine(_folder.File("run"), "accepted-rationales.jsonl")).Count());
    }

    [Fact]
    public async Task SeveralTeachersAndPrompts_AreAllLearnedFrom()
    {
        var questions = Write(6);
        await WriteStoreAsync("store.jsonl", questions.SelectMany(question => new[]
        {
            Records.For(question, Reasons[0]),
            Records.For(question, Reasons[1]) with { PromptHash = "p2" },
            Records.For(question, Reasons[2]) with { Teacher = "another", PromptHash = null },
        }));

        Assert.Equal(18, (int)(await DistillAsync("store.jsonl")).Succeeded().Json["rationales"]!["learned"]!);
    }

    [Fact]
    public async Task PublishedRationalesAndExports_AreStoresToo()
    {
        var questions = Write(6);
        RationaleRecord[] records = [.. questions.Select(question => Records.For(question, Reasons[0]))];
        await RationaleExport.WriteAsync(_folder.File("export.jsonl"), records.ToAsyncEnumerable(), questions, cancellationToken: TestContext.Current.CancellationToken);
        File.WriteAllLines(_folder.File("published.jsonl"), questions.Select(question =>
            $$"""{"id": "{{question.Id}}", "question": "{{question.Stem}}", "choices": [{"label": "A", "text": "yes"}, {"label": "B", "text": "no"}, {"label": "C", "text": "sometimes"}], "answer": "A", "teacher": "t", "rationale": "{{Reasons[1]}}"}"""));

        Assert.Equal(RationaleFileFormat.Export, RationaleReader.FormatOf(_folder.File("export.jsonl")));
        Assert.Equal(records.Select(record => record with { AnswerLabel = "A" }), RationaleReader.Read(_folder.File("export.jsonl")));
        Assert.Equal("rationale export", (string?)(await Commands.RunAsync(["inspect", _folder.File("export.jsonl"), "--json"])).Succeeded().Json["kind"]);
        Assert.Equal("published rationales", (string?)(await Commands.RunAsync(["inspect", _folder.File("published.jsonl"), "--json"])).Succeeded().Json["kind"]);
        Assert.Equal(6, (int)(await DistillAsync("export.jsonl")).Succeeded().Json["rationales"]!["learned"]!);

        Directory.Delete(_folder.File("run"), recursive: true);
        Assert.Equal(6, (int)(await DistillAsync("published.jsonl")).Succeeded().Json["rationales"]!["learned"]!);
    }

    [Fact]
    public async Task SeveralFiles_LoseNoReplyToAnEqualKey()
    {
        var questions = Write(6);
        await WriteStoreAsync("first.jsonl", questions.Select(question => Records.For(question, Reasons[0])));
        await WriteStoreAsync("second.jsonl", questions.Select(question => Records.For(question, Reasons[1])));
        await WriteStoreAsync("third.jsonl", questions.Select(question => Records.For(question, Reasons[0])));
        await File.AppendAllTextAsync(_folder.File("third.jsonl"), """{"questionHash":"un""", TestContext.Current.CancellationToken);

        var outcome = (await DistillAsync("first.jsonl", "--rationales", _folder.File("second.jsonl"), _folder.File("third.jsonl"))).Succeeded();

        Assert.Equal((12, 12), ((int)outcome.Json["rationales"]!["records"]!, (int)outcome.Json["rationales"]!["learned"]!));
        Assert.Contains("6 rationales stand there more than once", outcome.Error);
        Assert.Contains("third.jsonl: line 7 is unfinished and is skipped", outcome.Error);

        (await Commands.RunAsync(["rationales", "import", "--input", _folder.File("first.jsonl"), "--output", _folder.File("all.jsonl")])).Succeeded();
        var imported = (await Commands.RunAsync(["rationales", "import", "--input", _folder.File("second.jsonl"), "--output", _folder.File("all.jsonl"), "--json"])).Succeeded().Json;
        Assert.Equal((6, 0), ((int)imported["added"]!, (int)imported["known"]!));
        var again = (await Commands.RunAsync(["rationales", "import", "--input", _folder.File("second.jsonl"), "--output", _folder.File("all.jsonl"), "--json"])).Succeeded().Json;
        Assert.Equal((0, 6), ((int)again["added"]!, (int)again["known"]!));
        Assert.Equal([0, 1], RationaleFile.Read(_folder.File("all.jsonl")).Select(record => record.SampleIndex).Distinct().Order());
    }

    [Fact]
    public async Task BadRowsOfPublishedRationales_AreSkippedOnRequest()
    {
        var questions = Write(6);
        File.WriteAllLines(_folder.File("published.jsonl"), questions
            .Select(question => $$"""{"question": "{{question.Stem}}", "choices": ["yes", "no", "sometimes"], "answer": "yes", "explanation": "{{Reasons[1]}}"}""")
            .Append("""{"question": "No rationale?"}"""));

        Assert.Contains("published.jsonl, line 7, field 'rationale'", (await DistillAsync("published.jsonl")).Error);
        var outcome = (await DistillAsync("published.jsonl", "--skip-bad-rows")).Succeeded();
        Assert.Equal(6, (int)outcome.Json["rationales"]!["learned"]!);
        Assert.Contains("1 bad row was skipped", outcome.Error);
    }

    [Fact]
    public async Task PrintedConfiguration_IsReadBackToTheSame()
    {
        string[] set = ["--learning-rate", "0.002", "--lora-rank", "4", "--filters", "usable", "length", "--max-words", "80", "--answer-rationales", "cross-fitted", "--teacher", "a", "b", "--schedule", "cosine", "--gradient-checkpointing"];
        var first = (await Commands.RunAsync(["distill", .. set, "--print-config"])).Succeeded().Output;
        await File.WriteAllTextAsync(_folder.File("config.json"), first, TestContext.Current.CancellationToken);

        Assert.Equal(first, (await Commands.RunAsync(["distill", "--config", _folder.File("config.json"), "--print-config"])).Succeeded().Output);
        var values = System.Text.Json.Nodes.JsonNode.Parse(first)!["distill"]!;
        Assert.Equal("cross-fitted", (string?)values["answerRationales"]);
        Assert.Equal(0.002, (double)values["learningRate"]!);
        Assert.True((bool)values["gradientCheckpointing"]!);
        Assert.Equal(2, values["teacher"]!.AsArray().Count);
        Assert.Equal(500, (int)values["checkpointEvery"]!);
    }

    [Fact]
    public async Task TrainingOptions_ReachTheTraining()
    {
        var questions = Write(6);
        await WriteStoreAsync("store.jsonl", questions.Select(question => Records.For(question, Reasons[0])));

        (await DistillAsync(
            "store.jsonl", "--steps", "3", "--answer-steps", "2", "--precision", "bfloat16", "--lora-rank", "2", "--warmup-steps", "1", "--weight-decay", "0.01", "--schedule", "constant",
            "--gradient-accumulation", "2", "--gradient-checkpointing", "--early-stopping", "3", "--evaluate-every", "1", "--evaluated-questions", "2", "--best", "task", "--device", "cpu",
            "--filters", "usable", "length", "--min-words", "3", "--log-jsonl", _folder.File("logs"), "--log-tensorboard", _folder.File("board"))).Succeeded();

        Assert.True(File.Exists(Path.Combine(_folder.File("run"), "rationale-student", "adapter", "adapter_config.json")));
        Assert.Equal(3, File.ReadLines(Path.Combine(_folder.File("logs"), "train-rationale-student.jsonl")).Count());
        Assert.Equal(2, File.ReadLines(Path.Combine(_folder.File("logs"), "train-answer-student.jsonl")).Count());
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder.File("board"), "train-answer-student")));
        var plan = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.File("run"), "run.json"), TestContext.Current.CancellationToken))!;
        var training = plan["rationaleStudent"]!["training"]!;
        Assert.Equal(
            (3, 0.01, "Constant", "BFloat16", 2, true, 3, "rouge-l"),
            ((int)training["totalSteps"]!, (double)training["weightDecay"]!, (string?)training["schedule"], (string?)training["computePrecision"], (int)training["gradientAccumulationSteps"]!,
                (bool)training["gradientCheckpointing"]!, (int)training["earlyStoppingPatience"]!, (string?)training["bestMetric"]));
        Assert.Equal("usable, length", (string?)plan["filters"]);
        Assert.Equal("3 to 200 words", (string?)plan["filterSettings"]!["length"]);
    }

    [Fact]
    public async Task OtherPlan_IsStartedAnewOrContinuedOnPurpose()
    {
        var questions = Write(6);
        await WriteStoreAsync("store.jsonl", questions.Select(question => Records.For(question, Reasons[0])));
        (await DistillAsync("store.jsonl")).Succeeded();

        var refused = await DistillAsync("store.jsonl", "--min-words", "4");
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, refused.ExitCode);
        Assert.Contains("filterSettings.length: was \"5 to 200 words\", is \"4 to 200 words\"", refused.Error);
        Assert.Contains("--if-plan-differs", refused.Error);

        (await DistillAsync("store.jsonl", "--min-words", "4", "--if-plan-differs", "start-anew")).Succeeded();
        Assert.True(Directory.Exists(Path.Combine(_folder.File("run"), "previous-1", "rationale-student")));
        (await DistillAsync("store.jsonl", "--min-words", "3", "--if-plan-differs", "continue")).Succeeded();
        Assert.False(Directory.Exists(Path.Combine(_folder.File("run"), "previous-2")));
    }

    [Fact]
    public async Task LongQuestionsAndLongTargets_AreCountedApart()
    {
        var context = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"Fact {i} says that iron rusts."));
        ScienceQuestion[] questions = [.. OpenAITeacher.Questions(9).Select((question, i) => i is 0 or 7 or 8 ? question with { Context = context } : question)];
        QuestionFile.Write(_folder.File("train.jsonl"), questions[..4]);
        QuestionFile.Write(_folder.File("dev.jsonl"), questions[4..6]);
        QuestionFile.Write(_folder.File("test.jsonl"), questions[6..]);
        await WriteStoreAsync("store.jsonl", questions.Select(question => Records.For(question, Reasons[0])));

        var outcome = (await DistillAsync("store.jsonl", "--test", _folder.File("test.jsonl"), "--max-source-tokens", "150", "--max-target-tokens", "8")).Succeeded();

        Assert.Equal((1, 1, 2), ((int)outcome.Json["shortenedQuestions"]!["rationaleStudent"]!, (int)outcome.Json["shortenedQuestions"]!["answerStudent"]!, (int)outcome.Json["shortenedQuestions"]!["test"]!));
        Assert.Equal(4, (int)outcome.Json["cutTargets"]!["rationaleStudent"]!);
        var report = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.File("run"), "report.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal((1, 4, 2), ((int)report["rationaleStudent"]!["shortenedSources"]!, (int)report["rationaleStudent"]!["cutTargets"]!, (int)report["shortenedTestQuestions"]!));
    }

    [Fact]
    public async Task MoreMissingThanAllowed_StopsBeforeTraining()
    {
        var questions = Write(6);
        await WriteStoreAsync("store.jsonl", questions.Skip(2).Select(question => Records.For(question, Reasons[0])));

        var outcome = await DistillAsync("store.jsonl", "--max-missing", "0.3");
        Assert.Contains("2 of 6 questions have no rationale, more than --max-missing 0.3 allows", outcome.Error);
        Assert.False(Directory.Exists(_folder.File("run")));
        Assert.Contains("2 of 6 questions have no rationale and are skipped", (await DistillAsync("store.jsonl", "--max-missing", "0.4")).Succeeded().Error);
    }

    [Theory]
    [InlineData("--learning-rat 1", "Did you mean \"--learning-rate\"?")]
    [InlineData("--schedule cosin", "Did you mean \"cosine\"?")]
    [InlineData("--filters lenght", "Did you mean \"length\"?")]
    [InlineData("--batch-size many", "--batch-size must be a whole number; got 'many'")]
    [InlineData("--device gpu", "cpu, cuda, cuda:N or mps")]
    [InlineData("--lora-rank 0", "must be from 1")]
    [InlineData("--revealed leave_out", "must be take, where-no-other or leave-out; got 'leave_out'. Did you mean \"leave-out\"?")]
    public async Task WrongOption_IsNamedWithWhatWasMeant(string line, string expected)
    {
        Write(6);
        await WriteStoreAsync("store.jsonl", OpenAITeacher.Questions(6).Select(question => Records.For(question, Reasons[0])));

        var outcome = await DistillAsync("store.jsonl", line.Split(' '));

        Assert.Equal(SciCoT.Cli.ExitCode.Usage, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error);
    }

    [Fact]
    public async Task MisspeltNames_AreSuggestedInFilesAndCommandsToo()
    {
        await File.WriteAllTextAsync(_folder.File("config.json"), """{"distill": {"learningRtae": 0.1}}""", TestContext.Current.CancellationToken);
        Assert.Contains("Did you mean \"learningRate\"?", (await Commands.RunAsync(["distill", "--config", _folder.File("config.json")])).Error);
        var command = await Commands.RunAsync(["distil"]);
        Assert.Contains("Did you mean \"distill\"?", command.Error);
        Assert.DoesNotContain("Required command", command.Error);
        await File.WriteAllTextAsync(_folder.File("config.json"), """{"distil": {"learningRate": 0.1}}""", TestContext.Current.CancellationToken);
        Assert.Contains("Did you mean \"distill\"?", (await Commands.RunAsync(["distill", "--config", _folder.File("config.json")])).Error);
        await File.WriteAllTextAsync(_folder.File("config.json"), """{"schedule": "cosin", "rationales": ["a.jsonl", "b.jsonl"]}""", TestContext.Current.CancellationToken);
        Assert.Contains("must be constant, linear, cosine or inverse-square-root; got 'cosin'. Did you mean \"cosine\"?", (await Commands.RunAsync(["distill", "--config", _folder.File("config.json")])).Error);
        using var misspelt = ToolProcess.Start(["distill", "--print-config"], new Dictionary<string, string> { ["SCICOT_DISTILL__LEARNINGRTAE"] = "0.1", ["SCICOT_OTHERPROGRAM"] = "1" });
        Assert.Contains("SCICOT_DISTILL__LEARNINGRTAE: this is no option of scicot distill. Did you mean \"LEARNINGRATE\"?", (await misspelt.EndAsync(TestContext.Current.CancellationToken)).Error);
        using var shared = ToolProcess.Start(["answer", "What rusts? (A) iron (B) wood"], new Dictionary<string, string> { ["SCICOT_MODLE"] = "nowhere" });
        Assert.Contains("SCICOT_MODLE is set: did you mean SCICOT_MODEL?", (await shared.EndAsync(TestContext.Current.CancellationToken)).Error);
    }

    private ScienceQuestion[] Write(int count)
    {
        var questions = OpenAITeacher.Questions(count);
        QuestionFile.Write(_folder.File("train.jsonl"), questions[..^2]);
        QuestionFile.Write(_folder.File("dev.jsonl"), questions[^2..]);
        return questions;
    }

    private async Task WriteStoreAsync(string name, IEnumerable<RationaleRecord> records)
    {
        await using var store = JsonLinesRationaleStore.Open(_folder.File(name), TestContext.Current.CancellationToken);
        foreach (var record in records)
            await store.AppendAsync(record, TestContext.Current.CancellationToken);
    }

    private Task<Commands.Outcome> DistillAsync(string rationales, params string[] more) => Commands.RunAsync(
    [
        "distill", "--run", _folder.File("run"), "--train", _folder.File("train.jsonl"), "--validation", _folder.File("dev.jsonl"), "--rationales", _folder.File(rationales),
        "--base", Path.Combine(model.Path, "rationale-student"), "--epochs", "1", "--json", .. more,
    ]);
}
