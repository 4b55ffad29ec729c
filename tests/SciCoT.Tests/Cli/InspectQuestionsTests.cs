using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary><c>scicot inspect</c> of the file that a researcher has first: one of questions.</summary>
public sealed class InspectQuestionsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("q.jsonl", """{"id": "1", "question": {"stem": "What rusts?", "choices": [{"text": "iron", "label": "A"}, {"text": "wood", "label": "B"}]}, "answerKey": "A"}""")]
    [InlineData("q.csv", "id,question,A,B,answer\n1,What rusts?,iron,wood,A")]
    public async Task Questions_AreCounted(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content + "\n");

        var inspected = (await Commands.RunAsync(["inspect", _folder.File(name), "--json"])).Succeeded().Json;

        Assert.Equal(("questions", 1, 1, 1, 0), ((string?)inspected["kind"], (int)inspected["questions"]!, (int)inspected["choices"]!["2"]!, (int)inspected["answers"]!["A"]!, (int)inspected["badRows"]!));
    }

    [Fact]
    public async Task BadAndRepeatedRows_AreTold()
    {
        const string Row = """{"id": "1", "stem": "What rusts?", "choices": [{"text": "iron", "label": "A"}, {"text": "wood", "label": "B"}], "answer": "A"}""";
        File.WriteAllLines(_folder.File("q.jsonl"), [Row, Row, Row[..40]]);

        var inspected = (await Commands.RunAsync(["inspect", _folder.File("q.jsonl"), "--json"])).Succeeded().Json;

        Assert.Equal((2, 1, 1), ((int)inspected["questions"]!, (int)inspected["repeated"]!, (int)inspected["badRows"]!));
        Assert.Contains("line 3", (string?)inspected["firstBadRow"]);
    }

    [Fact]
    public async Task WrongColumns_AreToldAsOfQuestions()
    {
        File.WriteAllText(_folder.File("q.csv"), "nr,frage,a1\n1,Was rostet?,Eisen\n");

        var ended = await Commands.RunAsync(["inspect", _folder.File("q.csv")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("is not in the header (nr, frage, a1)", ended.Error);
    }

    /// <summary>A store that is damaged somewhere stays a store, and what is neither is told as a store.</summary>
    [Theory]
    [InlineData("{\"questionHash\": \"x\"}")]
    [InlineData("neither JSON nor CSV")]
    public async Task DamagedStore_IsNoFileOfQuestions(string content)
    {
        File.WriteAllText(_folder.File("r.jsonl"), content + "\n");

        var ended = await Commands.RunAsync(["inspect", _folder.File("r.jsonl")]);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("line 1", ended.Error);
    }
}
