using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class ArcReaderTests : IDisposable
{
    private const string Good = """{"id":"q1","question":{"stem":"What melts first?","choices":[{"text":"ice","label":"1"},{"text":"iron","label":"2"}]},"answerKey":"1"}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_SoundRow_GivesTheQuestion() =>
        Assert.Equal(
            new ScienceQuestion("q1", "What melts first?", [new("1", "ice"), new("2", "iron")]) { AnswerLabel = "1" },
            Assert.Single(ArcReader.Read(Write(Good))));

    [Theory]
    [InlineData("\uFEFF" + Good + "\n")]
    [InlineData(Good + "\r\n")]
    [InlineData("\n  \r\n" + Good + "\n\n\t\n")]
    public void Read_ByteOrderMarkOrLineEndsOrBlankLines_AreNoMatter(string content) =>
        Assert.Equal("q1", Assert.Single(ArcReader.Read(Write(content))).Id);

    [Theory]
    [InlineData("not json", null, "JSON")]
    [InlineData("""{"id":"q1","id":"q2"}""", null, "JSON")]
    [InlineData("""["q1"]""", null, "expected an object")]
    [InlineData("""{"id":"q","answerKey":"A"}""", "stem", "missing")]
    [InlineData("""{"id":[],"question":{"stem":"s","choices":[{"text":"t","label":"A"},{"text":"u","label":"B"}]},"answerKey":"A"}""", "id", "an array; expected a string")]
    [InlineData("""{"id":"q","question":"s","answerKey":"A"}""", "choices", "missing")]
    [InlineData("""{"id":"q","question":{"stem":" ","choices":[{"text":"t","label":"A"},{"text":"u","label":"B"}]},"answerKey":"A"}""", "question.stem", "empty")]
    [InlineData("""{"id":"q","question":{"stem":"\ud800","choices":[{"text":"t","label":"A"},{"text":"u","label":"B"}]},"answerKey":"A"}""", "question.stem", "Unicode")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":{}},"answerKey":"A"}""", "question.choices", "expected an array")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[]},"answerKey":"A"}""", "question.choices", "two or more")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[{"text":"t","label":"A"},{"text":"u","label":"A"}]},"answerKey":"A"}""", "question.choices[1].label", "second time")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[{"text":"","label":"A"},{"text":"u","label":"B"}]},"answerKey":"A"}""", "question.choices[0].text", "empty")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[{"text":"t","label":"A"},{"text":"u","label":"B"}]},"answerKey":"C"}""", "answerKey", "A, B")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[{"text":"t","label":"A"},{"text":"u","label":"B"}]}}""", "answerKey", "missing")]
    public void Read_BadRow_NamesFileLineFieldAndExpectation(string row, string? field, string says)
    {
        var path = Write(Good + "\n\n" + row + "\n" + Good + "\n");

        var bad = Assert.Throws<BadRowException>(() => ArcReader.Read(path).ToList());

        Assert.Equal((path, 3L, field), (bad.Path, bad.Line, bad.Field));
        Assert.StartsWith($"{path}, line 3", bad.Message);
        Assert.Contains(says, bad.Message);
    }

    [Fact]
    public void Read_BadRowsWithCallback_SkipsAndCountsThem()
    {
        var bad = new List<BadRowException>();

        var questions = ArcReader.Read(Write($"{{\n{Good}\n[]\n{Good}"), bad.Add).ToList();

        Assert.Equal(2, questions.Count);
        Assert.Equal([1, 3], bad.Select(row => row.Line));
    }

    [Fact]
    public void Read_InvalidUtf8_IsABadRow()
    {
        var path = _folder.File("latin1.jsonl");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Good.Replace("ice", "gla\u00e7e")));

        Assert.Equal(1, Assert.Throws<BadRowException>(() => ArcReader.Read(path).ToList()).Line);
    }

    [Fact]
    public void Read_LineTooLong_IsABadRowAndTheNextIsRead()
    {
        var bad = new List<BadRowException>();
        var path = Write(Good + "\n" + new string('x', 3 * FileLine.MaxBytes) + "\n" + Good + "\n");

        Assert.Equal(2, ArcReader.Read(path, bad.Add).Count());
        Assert.Equal(2, Assert.Single(bad).Line);
    }

    [Fact]
    public void Read_NoFile_SaysSoAtOnce() =>
        Assert.Contains("absent.jsonl", Assert.Throws<MissingFileException>(() => ArcReader.Read(_folder.File("absent.jsonl"))).Message);

    [Theory]
    [InlineData("arc/ARC-Easy-Train.jsonl", 2251)]
    [InlineData("arc/ARC-Easy-Dev.jsonl", 570)]
    [InlineData("arc/ARC-Challenge-Train.jsonl", 1119)]
    [InlineData("arc/ARC-Challenge-Dev.jsonl", 299)]
    [InlineData("openbookqa/train.jsonl", 4957)]
    public void Read_PublishedFile_GivesEveryRow(string file, int rows)
    {
        var questions = ArcReader.Read(TestFiles.Shared(["data", .. file.Split('/')])).ToList();

        Assert.Equal(rows, questions.Count);
        Assert.All(questions, question => Assert.NotNull(question.GoldChoice));
    }

    private string Write(string content)
    {
        var path = _folder.File("rows.jsonl");
        File.WriteAllText(path, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }
}
