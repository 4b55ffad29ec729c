using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class QuestionRecognitionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("jsonl", """{"id":"1","stem":"What rusts?","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}],"answer":"A"}""")]
    [InlineData("jsonl", """{"meta":{"grade":3},"id":"1","stem":"What rusts?","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}],"answer":"A"}""")]
    [InlineData("qasc", """{"id":"1","question":{"stem":"What rusts?","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}]},"answerKey":"A"}""")]
    [InlineData("sciq", """[{"question":"What rusts?","correct_answer":"iron","distractor1":"wood","distractor2":"glass","distractor3":"wool","support":""}]""")]
    [InlineData("scienceqa", """{"1":{"question":"What rusts?","choices":["iron","wood"],"answer":0,"hint":"","image":null,"split":"train"}}""")]
    public void File_TellsItsFormat(string format, string content)
    {
        foreach (var text in new[] { content, "\uFEFF" + content, $"\n  {content}\n" })
        {
            var path = _folder.File("questions.json");
            File.WriteAllText(path, text);
            Assert.Equal(format, QuestionReader.Recognise(path));
            var question = Assert.Single(QuestionReader.Read(path)).Question;
            Assert.Equal(("What rusts?", "iron"), (question.Stem, question.GoldChoice?.Text));
        }
    }

    [Fact]
    public void Csv_IsToldByItsName()
    {
        var path = _folder.File("questions.CSV");
        File.WriteAllText(path, "id,stem,choice1,choice2,answer\n1,What rusts?,iron,wood,A\n");
        Assert.Equal("iron", Assert.Single(QuestionReader.Read(path)).Question.GoldChoice?.Text);
    }

    [Fact]
    public void Format_ThatIsGiven_Counts()
    {
        var path = _folder.File("questions.jsonl");
        File.WriteAllText(path, """{"id":"1","question":{"stem":"What rusts?","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}]}}""");
        Assert.Null(Assert.Single(QuestionReader.Read(path)).Question.AnswerLabel);
        Assert.Throws<BadRowException>(() => QuestionReader.Read(path, new() { Format = "arc" }).ToList());
    }

    [Fact]
    public void Split_ChoosesAPart()
    {
        var path = _folder.File("problems.json");
        File.WriteAllText(path, """{"1":{"question":"a?","choices":["x","y"],"answer":0,"split":"train"},"2":{"question":"b?","choices":["x","y"],"answer":1,"split":"val"}}""");
        Assert.Equal("2", Assert.Single(QuestionReader.Read(path, new() { Split = "val" })).Question.Id);
        Assert.Equal(2, QuestionReader.Read(path).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("""{"id": """)]
    public void NoFormat_IsReadAsOurOwn(string content)
    {
        var path = _folder.File("questions.jsonl");
        File.WriteAllText(path, content);
        Assert.Equal("jsonl", QuestionReader.Recognise(path));
    }

    [Fact]
    public void LongRow_IsToldByItsBeginning()
    {
        var path = _folder.File("problems.json");
        File.WriteAllText(path, """{"1":{"question":"LONG","choices":["x","y"],"answer":0,"split":"train"}}""".Replace("LONG", new string('x', 100_000)));
        Assert.Equal("scienceqa", QuestionReader.Recognise(path));
    }
}
