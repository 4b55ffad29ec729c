using SciCoT.Questions;
using SciCoT.Teaching;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching;

public sealed class PublishedRationalesTests : IDisposable
{
    private const string Question = """
        "id":"q1","question":"What melts first?","choices":[{"label":"A","text":"ice"},{"label":"B","text":"iron"}],"answer":"A"
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OneRationale_IsARevealedRecordWithoutAnswer()
    {
        var path = Write($$"""{{{Question}},"rationale":"Ice melts at zero degrees.","teacher":"human","split":"train"}""");

        var (question, record) = Assert.Single(PublishedRationales.Read(path));

        Assert.Equal(new ScienceQuestion("q1", "What melts first?", [new("A", "ice"), new("B", "iron")]) { AnswerLabel = "A" }, question);
        Assert.Equal((question.ContentHash, "q1", "Ice melts at zero degrees.", "human", 0), (record.QuestionHash, record.QuestionId, record.Rationale, record.Teacher, record.SampleIndex));
        Assert.True(record.AnswerRevealed);
        Assert.Null(record.AnswerLabel ?? record.AnswerText);
        Assert.Equal(TeacherFinishReason.Complete, record.FinishReason);
        Assert.Equal(File.GetLastWriteTimeUtc(path), record.Time.UtcDateTime);
    }

    [Fact]
    public void Read_SeveralRationales_KeepTheirTeachersAndEnds()
    {
        var path = Write($$"""{{{Question}},"rationales":[{"teacher":"x","text":"Ice melts."},{"teacher":"y","text":"Ice mel","truncated":true},{"teacher":"z","text":" ","truncated":false},{"teacher":"w","text":"nan"}]}""");

        Assert.Equal(
            [("x", TeacherFinishReason.Complete), ("y", TeacherFinishReason.Truncated), ("z", TeacherFinishReason.Empty), ("w", TeacherFinishReason.Empty)],
            PublishedRationales.Read(path).Select(item => (item.Record.Teacher, item.Record.FinishReason)));
    }

    [Fact]
    public void Read_SameQuestionAgain_IsTheTeachersNextSample()
    {
        var row = $$"""{{{Question}},"rationale":"Ice melts.","teacher":"human"}""";

        Assert.Equal([0, 1], PublishedRationales.Read(Write(row + "\n" + row)).Select(item => item.Record.SampleIndex));
    }

    [Theory]
    [InlineData("""  "rationale":"x" """, "teacher")]
    [InlineData("""  "teacher":"x" """, "rationale")]
    [InlineData("""  "rationales":"x" """, "rationales")]
    [InlineData("""  "rationales":[{"teacher":"x"}] """, "rationales[0].text")]
    [InlineData("""  "rationales":[{"teacher":"x","text":"y","truncated":"yes"}] """, "rationales[0].truncated")]
    public void Read_BadRow_NamesTheField(string fields, string field)
    {
        var path = Write($$"""{{{Question}},{{fields}}}""");
        var bad = new List<BadRowException>();

        Assert.Equal(field, Assert.Throws<BadRowException>(() => PublishedRationales.Read(path).ToList()).Field);
        Assert.Empty(PublishedRationales.Read(path, bad.Add));
        Assert.Single(bad);
    }

    [Fact]
    public void Read_NoFile_Throws() =>
        Assert.Throws<MissingFileException>(() => PublishedRationales.Read(_folder.File("absent.jsonl")));

    private string Write(string content)
    {
        var path = _folder.File("rows.jsonl");
        File.WriteAllText(path, content);
        return path;
    }
}
