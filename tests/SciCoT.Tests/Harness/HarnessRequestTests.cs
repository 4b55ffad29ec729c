using System.Text.Json;
using SciCoT.Evaluation;
using SciCoT.Harness;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

/// <summary>Requests as lm-evaluation-harness' own sampler and task templates lay them out.</summary>
public sealed class HarnessRequestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Tasks => [.. HarnessTask.All.Select(task => task.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Create_MadeUpRows_AsTheHarness(string name)
    {
        var task = HarnessTask.Find(name)!;
        using var golden = Requests();
        var expected = golden.RootElement.GetProperty("tasks").EnumerateArray().Single(item => item.GetProperty("task").GetString() == name);
        var pool = Read(expected.GetProperty("pool"), "train");
        var documents = Read(expected.GetProperty("documents"), "test");

        foreach (var draw in expected.GetProperty("draws").EnumerateArray())
        {
            bool isTestSplit = draw.GetProperty("isTestSplit").GetBoolean();
            var questions = isTestSplit ? [.. pool.Take(7)] : documents;
            var requests = HarnessRequest.Create(task, questions, new(draw.GetProperty("k").GetInt32(), pool) { IsTestSplit = isTestSplit });
            Assert.Equal(draw.GetProperty("prompts").EnumerateArray().Select(hash => hash.GetString()), requests.Select(request => HarnessRows.Hash(request.Context)));
        }

        var plain = HarnessRequest.Create(task, documents);
        Assert.Equal(
            expected.GetProperty("continuations").EnumerateArray().Select(texts => string.Join('|', texts.EnumerateArray().Select(text => text.GetString()))),
            plain.Select(request => string.Join('|', request.Continuations)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(25)]
    public void Create_ArcEasy_AsStoredContexts(int count)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("harness", "kshot.json")));
        var block = golden.RootElement.GetProperty("blocks")[0];
        var pool = Arc("ARC-Easy-Train.jsonl");
        var expected = block.GetProperty("k").GetProperty($"{count}").EnumerateArray().ToArray();

        var requests = HarnessRequest.Create(HarnessTask.ArcEasy, [.. Arc("ARC-Easy-Dev.jsonl").Take(expected.Length)], new(count, pool));

        Assert.All(expected, (item, i) =>
        {
            Assert.Equal(item.GetProperty("id").GetString(), requests[i].Question.Id);
            Assert.Equal(item.GetProperty("examples").EnumerateArray().Select(place => place.GetInt32()), requests[i].Examples);
            Assert.Equal(item.GetProperty("characters").GetInt32(), requests[i].Context.EnumerateRunes().Count());
            Assert.Equal(item.GetProperty("sha256").GetString(), HarnessRows.Hash(requests[i].Context));
        });
    }

    [Fact]
    public void Create_TooFewExamples_SaysHowMany()
    {
        var error = Assert.Throws<ArgumentException>(() => HarnessRequest.Create(HarnessTask.ArcEasy, [Outcomes.Question(1)], new(3, [Outcomes.Question(2)])));

        Assert.Contains("3 examples are wanted, but there are 1", error.Message);
    }

    [Fact]
    public void Create_AsManyExamplesAsTestQuestions_NeedsOneMore()
    {
        ScienceQuestion[] questions = [Outcomes.Question(1), Outcomes.Question(2)];

        Assert.Throws<ArgumentException>(() => HarnessRequest.Create(HarnessTask.ArcEasy, questions, new(2, questions) { IsTestSplit = true }));
        Assert.All(HarnessRequest.Create(HarnessTask.ArcEasy, questions, new(1, questions) { IsTestSplit = true }), (request, i) => Assert.Equal([1 - i], request.Examples));
    }

    [Fact]
    public void Create_RepeatedTestQuestion_SaysWhich()
    {
        ScienceQuestion[] questions = [Outcomes.Question(1), Outcomes.Question(1)];

        var error = Assert.Throws<ArgumentException>(() => HarnessRequest.Create(HarnessTask.ArcEasy, questions, new(1, questions) { IsTestSplit = true }));

        Assert.Contains(questions[0].Id, error.Message);
    }

    [Fact]
    public void Create_ExampleWithoutAnswer_SaysWhich()
    {
        var open = ScienceQuestion.Create("Which?", "a", "b") with { Id = "open-1" };

        var error = Assert.Throws<ArgumentException>(() => HarnessRequest.Create(HarnessTask.ArcEasy, [Outcomes.Question(1)], new(1, [open])));

        Assert.Contains("open-1", error.Message);
    }

    [Fact]
    public void Create_NoExamplesWanted_NeedsNoPool() =>
        Assert.Equal("Question: Which?\nAnswer:", HarnessRequest.Create(HarnessTask.ArcEasy, [ScienceQuestion.Create("Which?", "a", "b") with { AnswerLabel = "A" }], new(0, []))[0].Context);

    private static JsonDocument Requests() => JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("harness", "requests.json")));

    private static ScienceQuestion[] Arc(string file) => [.. ArcReader.Read(TestFiles.Shared("data", "arc", file))];

    private ScienceQuestion[] Read(JsonElement rows, string name) => HarnessRows.Read(_folder, name, rows.EnumerateArray().Select(row => JsonSerializer.Serialize(row)));
}
