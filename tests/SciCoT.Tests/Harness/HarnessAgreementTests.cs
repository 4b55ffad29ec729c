using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.Prompting;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

/// <summary>200 questions of each task with 0, 1, 5 and 25 examples: requests and hashes as lm-evaluation-harness makes them.</summary>
public sealed class HarnessAgreementTests : IDisposable
{
    private const int Questions = 200;

    private static readonly string[] Words = ["leaf", "root", "ice", "iron", "magnet", "co₂", "🔥"];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Tasks => [.. HarnessTask.All.Select(task => task.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void RequestsTargetsAndHashes_AreTheHarness(string name)
    {
        var task = HarnessTask.Find(name)!;
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("harness", "agreement.json")));
        JsonElement[] settings = [.. golden.RootElement.GetProperty("settings").EnumerateArray().Where(setting => setting.GetProperty("task").GetString() == name)];
        var (pool, documents) = Sets(name);
        Assert.Equal([0, 1, 5, 25], settings.Select(setting => setting.GetProperty("k").GetInt32()).Distinct());

        foreach (var setting in settings)
        {
            bool isTestSplit = setting.GetProperty("isTestSplit").GetBoolean();
            var fewShot = new HarnessFewShot(setting.GetProperty("k").GetInt32(), isTestSplit ? documents : pool) { IsTestSplit = isTestSplit };
            ScienceQuestion[] asked = [.. documents.Take(Questions)];
            Assert.Equal(setting.GetProperty("questions").GetInt32(), asked.Length);
            Assert.Equal((name, fewShot.Count, isTestSplit, setting.GetProperty("sha256").GetString()), (name, fewShot.Count, isTestSplit, Hash(task, asked, fewShot)));
        }
    }

    private string Hash(HarnessTask task, ScienceQuestion[] questions, HarnessFewShot fewShot)
    {
        var run = new HarnessRun
        {
            Task = task,
            Model = "m",
            Requests = HarnessRequest.Create(task, questions, fewShot),
            Outcomes = [.. questions.Select(question => QuestionOutcome.Judge(question, question.Choices[0].Label, question.Choices[0].Text) with { LogLikelihoods = [.. question.Choices.Select(_ => -1.0)] })],
            FewShot = fewShot.Count,
            Start = DateTimeOffset.UnixEpoch,
            End = DateTimeOffset.UnixEpoch,
        };
        var parts = new List<string>();
        foreach (var line in File.ReadLines(HarnessFiles.Write(run, _folder.Path).Samples))
        {
            var sample = JsonNode.Parse(line)!;
            JsonObject arguments = sample["arguments"]!.AsObject();
            parts.Add((string)arguments["gen_args_0"]!["arg_0"]!);
            parts.AddRange(arguments.Select(argument => (string)argument.Value!["arg_1"]!));
            parts.Add((string)sample["target"]!);
            parts.Add((string)sample["doc_hash"]!);
        }

        return HarnessRows.Hash(string.Join('\0', parts));
    }

    private (ScienceQuestion[] Pool, ScienceQuestion[] Documents) Sets(string name) => name switch
    {
        "arc_easy" => (Shared("arc", "ARC-Easy-Train.jsonl"), Shared("arc", "ARC-Easy-Dev.jsonl")),
        "arc_challenge" => (Shared("arc", "ARC-Challenge-Train.jsonl"), Shared("arc", "ARC-Challenge-Dev.jsonl")),
        "openbookqa" => (Shared("openbookqa", "train.jsonl"), Shared("rationales", "obqa-llm.valid.jsonl")),
        "sciq" => (Rows(300, SciQ, "pool"), Rows(Questions, SciQ, "test")),
        _ => (Rows(300, CommonsenseQa, "pool"), Rows(Questions, CommonsenseQa, "test")),
    };

    private static ScienceQuestion[] Shared(params string[] path) => HarnessRows.Read(TestFiles.Shared(["data", .. path]));

    private ScienceQuestion[] Rows(int count, Func<int, string, JsonObject> row, string name) =>
        HarnessRows.Read(_folder, name, Enumerable.Range(0, count).Select(i => row(i, name).ToJsonString()));

    private static string Word(int i) => Words[i % Words.Length];

    private static JsonObject SciQ(int i, string name) => new()
    {
        ["question"] = $"Which {Word(i)} is number {i} of {name}?",
        ["distractor3"] = $"the {Word(i + 3)} {i}",
        ["distractor1"] = $"a {Word(i + 1)} {i}",
        ["distractor2"] = $"no {Word(i + 2)} {i}",
        ["correct_answer"] = $"{Word(i)} {i}",
        ["support"] = (i % 3) switch { 0 => "", 1 => $" \n The {Word(i)} works.\n", _ => $"Heat {i} moves." },
    };

    private static JsonObject CommonsenseQa(int i, string name) => new()
    {
        ["id"] = $"{name}-{i}",
        ["question"] = $"{(i % 5 == 0 ? " " : "")}Where is the {Word(i)} number {i}?{(i % 4 == 0 ? "\t" : "")}",
        ["question_concept"] = Word(i),
        ["choices"] = new JsonObject
        {
            ["label"] = new JsonArray("A", "B", "C", "D", "E"),
            ["text"] = new JsonArray([.. Enumerable.Range(0, 5).Select(j => JsonValue.Create($"{Word(i + j)} \"{j}\""))]),
        },
        ["answerKey"] = $"{"ABCDE"[i * 3 % 5]}",
    };
}
