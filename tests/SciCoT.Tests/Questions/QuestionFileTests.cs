using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class QuestionFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameQuestions()
    {
        ScienceQuestion[] questions =
        [
            new("q1", "Which \"metal\"\nrusts — gold 金 or iron 🧲?", [new("A", "gold"), new("B", "iron\\")]) { AnswerLabel = "B", Context = "Iron is Fe.\r\n" },
            new("q2", "Why is the sky blue?", []) { AnswerLabel = "scattering" },
            new("q3", "Which is a gas?", [new("1", "helium"), new("2", "lead")]),
        ];
        var path = _folder.File("questions.jsonl");

        Assert.Equal(3, QuestionFile.Write(path, questions));

        Assert.Equal(questions, QuestionFile.Read(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_PublishedQuestions_RoundTrips()
    {
        var questions = ArcReader.Read(TestFiles.Shared("data", "arc", "ARC-Easy-Train.jsonl")).ToList();
        var path = _folder.File("questions.jsonl");

        QuestionFile.Write(path, questions);

        Assert.Equal(questions, QuestionFile.Read(path));
    }

    [Fact]
    public void Write_FailsPartWay_LeavesTheOldFile()
    {
        var path = _folder.File("questions.jsonl");
        QuestionFile.Write(path, [ScienceQuestion.Create("Which is a gas?", "helium", "lead")]);
        var before = File.ReadAllText(path);

        Assert.Throws<ArgumentException>(() => QuestionFile.Write(path, [ScienceQuestion.Create("Why?"), ScienceQuestion.Create("Which?", "a", "b") with { AnswerLabel = "C" }]));

        Assert.Equal(before, File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_RowTooLongToBeReadBack_Throws() =>
        Assert.Throws<ArgumentException>(() => QuestionFile.Write(_folder.File("q.jsonl"), [ScienceQuestion.Create(new string('x', FileLine.MaxBytes))]));

    [Theory]
    [InlineData("""{"id":"q"}""", "stem")]
    [InlineData("""{"id":"q","stem":"Why?","context":["x"]}""", "context")]
    [InlineData("""{"id":"q","stem":"Why?","choices":[{"label":"A"}]}""", "choices[0].text")]
    [InlineData("""{"id":"q","stem":"Why?","choices":[{"label":"A","text":"x"}],"answer":"B"}""", "answer")]
    public void Read_BadRow_NamesTheField(string row, string field)
    {
        var path = _folder.File("bad.jsonl");
        File.WriteAllText(path, row);

        Assert.Equal(field, Assert.Throws<BadRowException>(() => QuestionFile.Read(path).ToList()).Field);
    }

    [Fact]
    public void Read_OnlyIdAndStem_IsAnOpenQuestion()
    {
        var path = _folder.File("open.jsonl");
        File.WriteAllText(path, """{"id":"q","stem":"Why?","choices":null,"note":"other fields do not matter"}""");

        Assert.Equal(new ScienceQuestion("q", "Why?", []), Assert.Single(QuestionFile.Read(path)));
    }
}
