using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

public sealed class HarnessFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Tasks => [.. HarnessTask.All.Select(task => task.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Write_MadeUpRows_HashesAndTargetsOfTheHarness(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("harness", "requests.json")));
        var expected = golden.RootElement.GetProperty("tasks").EnumerateArray().Single(item => item.GetProperty("task").GetString() == name);
        var task = HarnessTask.Find(name)!;
        var questions = HarnessRows.Read(_folder, "rows", expected.GetProperty("documents").EnumerateArray().Select(row => JsonSerializer.Serialize(row)));

        var rows = Samples(HarnessFiles.Write(Run(task, questions), _folder.Path).Samples);

        Assert.Equal(expected.GetProperty("targets").EnumerateArray().Select(target => target.GetString()), rows.Select(row => (string?)row["target"]));
        var first = expected.GetProperty("draws").EnumerateArray().First(draw => draw.GetProperty("k").GetInt32() == 0);
        Assert.Equal(first.GetProperty("prompts").EnumerateArray().Select(hash => hash.GetString()), rows.Select(row => (string?)row["prompt_hash"]));
        Assert.All(rows, row => Assert.Equal(HarnessRows.Hash((string)row["target"]!), (string?)row["target_hash"]));
        Assert.Equal(expected.GetProperty("docHashes").EnumerateArray().Select(hash => hash.GetString()), rows.Select(row => (string?)row["doc_hash"]));
    }

    [Fact]
    public void Write_Run_HasTheHarnessFields()
    {
        ScienceQuestion[] questions = [Outcomes.Question(1), Outcomes.Question(2, gold: 1), Outcomes.Question(3)];
        var run = Run(HarnessTask.ArcEasy, questions);

        var (results, samples) = HarnessFiles.Write(run, _folder.Path);

        Assert.Equal("tiny__t5", Path.GetFileName(Path.GetDirectoryName(results)));
        Assert.Matches(@"^results_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}\.json$", Path.GetFileName(results));
        Assert.StartsWith("samples_arc_easy_", Path.GetFileName(samples));
        var json = JsonNode.Parse(File.ReadAllText(results))!;
        foreach (var name in new[] { "results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples", "config", "date", "task_hashes", "model_name" })
            Assert.NotNull(json[name]);
        Assert.True(json.AsObject().ContainsKey("git_hash"));
        var figures = json["results"]!["arc_easy"]!;
        var accuracy = HarnessAccuracy.Of(run.Outcomes)!;
        Assert.Equal(2 / 3.0, (double)figures["acc,none"]!, 1e-12);
        Assert.Equal(accuracy.AccStandardError, (double)figures["acc_stderr,none"]!, 1e-12);
        Assert.Equal(accuracy.AccNorm, (double)figures["acc_norm,none"]!, 1e-12);
        Assert.Equal(accuracy.AccBytes, (double)figures["acc_bytes,none"]!, 1e-12);
        Assert.Equal(0, (int)json["n-shot"]!["arc_easy"]!);
        Assert.Equal(3, (int)json["n-samples"]!["arc_easy"]!["effective"]!);
        Assert.True((bool)json["higher_is_better"]!["arc_easy"]!["acc_norm"]!);

        var rows = Samples(samples);
        Assert.Equal(
            ["doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics", "doc_hash", "prompt_hash", "target_hash", "acc", "acc_norm", "acc_bytes"],
            rows[0].Select(member => member.Key));
        Assert.Equal([0, 1, 2], rows.Select(row => (int)row["doc_id"]!));
        Assert.Equal([1.0, 0.0, 1.0], rows.Select(row => (double)row["acc"]!));
        Assert.Equal(run.Requests[0].Context, (string?)rows[0]["arguments"]!["gen_args_0"]!["arg_0"]);
        Assert.Equal(run.Requests[0].Continuations[3], (string?)rows[0]["arguments"]!["gen_args_3"]!["arg_1"]);
        Assert.Equal("-1.0", (string?)rows[0]["resps"]![0]![0]![0]);
        Assert.Equal("True", (string?)rows[0]["resps"]![0]![0]![1]);
        Assert.Equal(["-2.5", "False"], rows[0]["filtered_resps"]![1]!.AsArray().Select(item => (string?)item));
        Assert.Equal(
            HarnessRows.Hash(string.Concat(rows.Select(row => (string)row["doc_hash"]! + (string)row["prompt_hash"]! + (string)row["target_hash"]!))),
            (string?)json["task_hashes"]!["arc_easy"]);
    }

    [Fact]
    public void Write_OneQuestion_HasNoStandardError()
    {
        var (results, _) = HarnessFiles.Write(Run(HarnessTask.ArcEasy, [Outcomes.Question(1)]), _folder.Path);

        Assert.Equal("N/A", (string?)JsonNode.Parse(File.ReadAllText(results))!["results"]!["arc_easy"]!["acc_stderr,none"]);
    }

    [Fact]
    public void Write_OutcomesThatDoNotBelong_AreRefused()
    {
        var run = Run(HarnessTask.ArcEasy, [Outcomes.Question(1), Outcomes.Question(2)]);

        Assert.Throws<ArgumentException>(() => HarnessFiles.Write(run with { Outcomes = [.. run.Outcomes.Reverse()] }, _folder.Path));
        Assert.Throws<ArgumentException>(() => HarnessFiles.Write(run with { Requests = [], Outcomes = [] }, _folder.Path));
        var error = Assert.Throws<ArgumentException>(() => HarnessFiles.Write(run with { Outcomes = [run.Outcomes[0], run.Outcomes[1] with { LogLikelihoods = [] }] }, _folder.Path));
        Assert.Contains(run.Outcomes[1].QuestionId, error.Message);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.json", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("google/flan-t5-small", "google__flan-t5-small")]
    [InlineData("a<b>:\"c|d\\e?f*g[h]", "a__b__c__d__e__f__g__h__")]
    [InlineData("..", "model")]
    public void FolderName_ForbiddenCharacters_AreReplacedAsTheHarnessDoes(string model, string expected) => Assert.Equal(expected, HarnessFiles.FolderName(model));

    private static HarnessRun Run(HarnessTask task, ScienceQuestion[] questions) => new()
    {
        Task = task,
        Model = "tiny/t5",
        Requests = HarnessRequest.Create(task, questions),
        Outcomes = [.. questions.Select(question => QuestionOutcome.Judge(question, question.Choices[0].Label, question.Choices[0].Text) with
        {
            LogLikelihoods = [.. question.Choices.Select((_, choice) => -1 - (1.5 * choice))],
            GreedyChoices = [.. question.Choices.Select((_, choice) => choice == 0)],
        })],
        FewShot = 0,
        Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        End = new(2026, 1, 2, 3, 5, 5, TimeSpan.Zero),
    };

    private static JsonObject[] Samples(string path) => [.. File.ReadAllLines(path).Select(line => JsonNode.Parse(line)!.AsObject())];
}
