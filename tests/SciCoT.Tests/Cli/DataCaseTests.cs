using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Cli;

/// <summary>Files as people have them, given to the tool's commands.</summary>
public sealed class DataCaseTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("array-own.json", 2)]
    [InlineData("hf-arc.jsonl", 2)]
    [InlineData("hf-csqa.jsonl", 1)]
    [InlineData("hf-obqa.jsonl", 1)]
    [InlineData("nan.jsonl", 1)]
    [InlineData("semi.csv", 1)]
    [InlineData("space-answer.csv", 1)]
    [InlineData("trail-rows.csv", 1)]
    [InlineData("utf16le.jsonl", 1)]
    [InlineData("train.csv", 2)]
    [InlineData("test.csv", 2)]
    [InlineData("scienceqa-with-image.json", 1)]
    public async Task File_IsEvaluated(string name, int questions)
    {
        var figures = (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", TestFiles.Data("Cases", "data", name), "--json"])).Succeeded().Json;
        Assert.Equal(questions, (int)figures["questions"]!);
    }

    [Fact]
    public async Task QuestionsWithImages_AreCounted()
    {
        var outcome = (await Commands.RunAsync(["annotate", "--input", TestFiles.Data("Cases", "data", "scienceqa-with-image.json"), "--model", "m", "--dry-run"])).Succeeded();
        Assert.Contains("1 of 2 questions has an image and was left out", outcome.Error);
    }

    [Fact]
    public async Task DuplicateIdentifiers_AreRefusedBeforeTheFirstAnswer()
    {
        var path = TestFiles.Data("Cases", "data", "duplicate-ids.jsonl");
        var outcome = await Commands.RunAsync(["evaluate", "-m", _folder.File("no-model"), "-d", path]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains($"{path}: two questions have the identifier 't10', on lines 1 and 2", outcome.Error);
    }

    [Fact]
    public async Task QuestionsWithoutAnswer_AreNotEvaluated()
    {
        var outcome = await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", TestFiles.Data("Cases", "data", "csqa-empty-key.jsonl")]);
        Assert.Equal(SciCoT.Cli.ExitCode.Failed, outcome.ExitCode);
        Assert.Contains("question 'demo-7' has no answer", outcome.Error);
    }

    [Fact]
    public void IdentifiersOfTwoFiles_AreToldApart()
    {
        string[] paths = [TestFiles.Data("Cases", "data", "train.csv"), TestFiles.Data("Cases", "data", "test.csv")];
        using var log = new StringWriter();

        var files = QuestionIds.MakeUnique([.. paths.Select(path => (path, (IReadOnlyList<QuestionRow>)[.. QuestionReader.Read(path)]))], log);

        Assert.Equal(["1", "2"], files[0].Select(question => question.Id));
        Assert.Equal(["test-1", "test-2"], files[1].Select(question => question.Id));
        Assert.Contains($"{paths[1]}, line 2", log.ToString());
        Assert.Contains($"{paths[0]}, line 2", log.ToString());
    }

    [Fact]
    public void QuestionOfTwoFiles_IsRefusedWithBothPlaces()
    {
        IReadOnlyList<QuestionRow> rows = [new(ScienceQuestion.Create("a?"), 4)];
        var message = Assert.Throws<InvalidFileException>(() => QuestionIds.MakeUnique([("a.csv", rows), ("b.csv", [rows[0] with { Line = 7 }])], TextWriter.Null)).Message;
        Assert.Contains("b.csv, line 7", message);
        Assert.Contains("a.csv, line 4", message);
    }

    [Fact]
    public void IdentifiersThatDiffer_StayAsTheyAre()
    {
        using var log = new StringWriter();
        IReadOnlyList<QuestionRow> rows = [new(ScienceQuestion.Create("a?"), 1)], others = [new(ScienceQuestion.Create("b?"), 1)];
        Assert.Equal(rows[0].Question, QuestionIds.MakeUnique([("a", rows), ("b", others)], log)[0][0]);
        Assert.Equal("", log.ToString());
    }

    [Theory]
    [InlineData("tab", "\t")]
    [InlineData(":", ":")]
    [InlineData("semicolon", ";")]
    public async Task Delimiter_IsTaken(string given, string written)
    {
        var path = _folder.File("q.csv");
        File.WriteAllText(path, "id,stem,choice1,choice2,answer\n1,What rusts?,iron,wood,A\n".Replace(",", written, StringComparison.Ordinal));
        (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", path, "--delimiter", given])).Succeeded();
        Assert.Equal(SciCoT.Cli.ExitCode.Usage, (await Commands.RunAsync(["evaluate", "-m", model.Path, "-d", path, "--delimiter", "two"])).ExitCode);
    }

    [Fact]
    public async Task ControlCharacters_ReachNoTerminal()
    {
        var path = _folder.File("q.jsonl");
        File.WriteAllText(path, """{"id":"1\u001b[2J","stem":"What\u001b]0;x\u0007 rusts?","choices":[{"label":"\u009bA","text":"iron\u001b[31m"},{"label":"B","text":"wood\r"}],"answer":"B"}""");
        string[][] lines =
        [
            ["answer", "-m", model.Path, "-i", path],
            ["answer", "-m", model.Path, "-i", path, "--json"],
            ["annotate", "--input", path, "--model", "m\u001b[1m", "--dry-run"],
            ["evaluate", "-m", model.Path, "-d", path],
            ["inspect", _folder.File("no\u001b[2Jsuch")],
            ["answer", "--no\u001b[2Jsuch"],
        ];
        foreach (var line in lines)
        {
            var outcome = await Commands.RunAsync(line);
            Assert.DoesNotContain(outcome.Output + outcome.Error, c => (char.IsControl(c) && c is not ('\n' or '\t' or '\r')) || c is '\u009b');
        }
    }

    [Fact]
    public async Task QuestionWithoutRecognisedChoices_GetsAHint()
    {
        var outcome = (await Commands.RunAsync(["answer", "-m", model.Path, "What rusts: iron or wood?"])).Succeeded();
        Assert.Contains("No choices were recognised", outcome.Error);
        Assert.Equal("", (await Commands.RunAsync(["answer", "-m", model.Path, "What rusts? A) iron B) wood"])).Succeeded().Error);
    }
}
