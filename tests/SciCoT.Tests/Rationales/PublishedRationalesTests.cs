using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

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
    public void Read_NoQuestion_NamesEachPlaceOnce()
    {
        var path = Write("""{"rationale":"Ice melts."}""");

        var refused = Assert.Throws<BadRowException>(() => PublishedRationales.Read(path).ToList());

        string[] names = refused.Message.Split("under ")[1].Split(" or ")[0].Split(", ");
        Assert.Equal(names.Distinct(), names);
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

    /// <summary>The layouts of collections that others published, each with made-up content.</summary>
    [Theory]
    [InlineData("CoS-E", """{"id":"1","question":"What melts?","choices":["ice","iron"],"answer":"ice","abstractive_explanation":"Ice melts.","extractive_explanation":"melts"}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("ECQA", """{"q_no":"1","q_text":"What melts?","q_op1":"ice","q_op2":"iron","q_op3":"wood","q_ans":"ice","taskB":"Ice melts."}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("AQuA-RAT", """{"question":"What is 1 + 1?","options":["A)2","B)3"],"rationale":"Add them.","correct":"A"}""", "What is 1 + 1?", "2", "Add them.")]
    [InlineData("GSM8K", """{"question":"What is 1 + 1?","answer":"Add them.\nIt is 2.\n#### 2"}""", "What is 1 + 1?", "2", "Add them.\nIt is 2.")]
    [InlineData("CoT-Collection", """{"source":"What melts?","target":"ice","rationale":"Ice melts.","task":"t","type":"CoT"}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("StrategyQA", """{"qid":"1","question":"Does ice melt?","answer":true,"facts":["Ice is water.","Water melts at zero."]}""", "Does ice melt?", "yes", "Ice is water. Water melts at zero.")]
    [InlineData("ThoughtSource", """{"id":"1","question":"What melts?","choices":["ice","iron"],"answer":["ice"],"cot":["Ice is water.","Water melts at zero."],"type":"multiplechoice"}""", "What melts?", "ice", "Ice is water. Water melts at zero.")]
    [InlineData("QASC", """{"id":"1","question":"What melts?","choices":{"text":["ice","iron"],"label":["A","B"]},"answerKey":"A","fact1":"a","fact2":"b","combinedfact":"Ice melts."}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("ScienceQA", """{"question":"What melts?","choices":["iron","ice"],"answer":1,"hint":"","image":null,"lecture":"l","solution":"Ice melts."}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("mathematics", """{"problem":"What is 1 + 1?","solution":"Add them.","answer":"2"}""", "What is 1 + 1?", "2", "Add them.")]
    [InlineData("letters", """{"question":"What melts?","A":"ice","B":"iron","answer":"(A)","explanation":"Ice melts."}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("within the question", """{"question":"What melts? (A) ice (B) iron","answer":"A","reasoning":"Ice melts."}""", "What melts?", "ice", "Ice melts.")]
    [InlineData("the Hub's viewer", """{"row_idx":0,"row":{"question":"What melts?","choices":["ice","iron"],"answer":"ice","rationale":"Ice melts."}}""", "What melts?", "ice", "Ice melts.")]
    public void Layouts_OfOthers_AreRead(string layout, string row, string stem, string answer, string rationale)
    {
        foreach (var content in new[] { row, $"[{row}]" })
        {
            var path = Write(content);
            Assert.Equal(RationaleFileFormat.Published, RationaleReader.FormatOf(path));
            var (question, record) = Assert.Single(PublishedRationales.Read(path));
            Assert.Equal((layout, stem, answer, rationale), (layout, question.Stem, question.Choices.Count > 0 ? question.GoldChoice?.Text : question.AnswerLabel, record.Rationale));
            Assert.Equal("rows", record.Teacher); // the file's name, where no row says it
            Assert.True(record.AnswerRevealed);
        }
    }

    [Fact]
    public void TeachersOwnAnswer_IsForTheFiltersToJudge()
    {
        var path = Write($$"""
            {{{Question}},"rationale":"Ice melts.","model":"m","prediction":"A"}
            {{{Question}},"rationale":"Iron melts.","model":"m","prediction":"iron"}
            {{{Question}},"rationale":"Wood melts.","model":"m","prediction":"wood"}
            """);

        var pairs = PublishedRationales.Read(path).ToArray();

        Assert.Equal([("ice", "A"), ("iron", "B"), ("wood", null)], pairs.Select(pair => (pair.Record.AnswerText, pair.Record.AnswerLabel)));
        Assert.All(pairs, pair => Assert.False(pair.Record.AnswerRevealed));
        Assert.Equal([true, false, false], SciCoT.Teaching.Filters.RationaleFilterChain.Default.JudgeAll(pairs[0].Question, pairs.Select(pair => pair.Record with { Rationale = "Ice melts when it is warm outside." + pair.Record.SampleIndex })).Select(judgement => judgement.IsAccepted));
    }

    [Fact]
    public void SeveralTexts_AreSamples()
    {
        var path = Write($$"""{{{Question}},"explanations":["Ice melts.","Warm ice melts."],"teacher":"t"}""");
        Assert.Equal([("t", 0), ("t", 1)], PublishedRationales.Read(path).Select(pair => (pair.Record.Teacher, pair.Record.SampleIndex)));
    }

    [Fact]
    public void BlankRationale_IsCountedAsEmpty()
    {
        var path = Write($$"""{{{Question}},"rationale":null,"teacher":"t"}""");
        Assert.Equal(TeacherFinishReason.Empty, Assert.Single(PublishedRationales.Read(path)).Record.FinishReason);
    }

    [Fact]
    public void QuestionWithContext_KeepsIt()
    {
        var path = Write("""{"question":"What melts?","passage":"It is warm.","choices":["ice","iron"],"answer":"ice","rationale":"Ice melts."}""");
        Assert.Equal("It is warm.", Assert.Single(PublishedRationales.Read(path)).Question.Context);
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
