using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class QuestionCsvTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string CsvPath => _folder.File("questions.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameQuestions()
    {
        ScienceQuestion[] questions =
        [
            new("q1", "Which \"metal\",\nrusts — gold 金 or iron 🧲?", [new("A", "gold"), new("B", "iron;\"")]) { AnswerLabel = "B", Context = "Iron, Fe.\r\n" },
            new("q2", "Why is the sky blue?", []) { AnswerLabel = "scattering" },
            new("q3", "=1+1?", [new("1", "2"), new("2", "3"), new("3", "4")]),
        ];

        QuestionCsv.Write(CsvPath, questions);

        Assert.Equal(questions, QuestionCsv.Read(CsvPath));
        Assert.Equal("id,stem,context,choice1,choice2,choice3,label1,label2,label3,answer", File.ReadLines(CsvPath).First());
        Assert.Equal([CsvPath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Write_PublishedQuestions_RoundTrips()
    {
        var questions = ArcReader.Read(TestFiles.Shared("data", "arc", "ARC-Easy-Train.jsonl")).ToList();

        QuestionCsv.Write(CsvPath, questions);

        Assert.Equal(questions, QuestionCsv.Read(CsvPath));
    }

    [Fact]
    public void Write_BadQuestion_LeavesTheOldFile()
    {
        QuestionCsv.Write(CsvPath, []);
        var before = File.ReadAllText(CsvPath);

        Assert.Throws<ArgumentException>(() => QuestionCsv.Write(CsvPath, [ScienceQuestion.Create("Which?", "a", "b") with { AnswerLabel = "C" }]));
        Assert.Throws<ArgumentException>(() => QuestionCsv.Write(CsvPath, [ScienceQuestion.Create(new string('"', FileLine.MaxBytes / 2))]));

        Assert.Equal(before, File.ReadAllText(CsvPath));
        Assert.Empty(QuestionCsv.Read(CsvPath));
    }

    [Theory]
    [InlineData("\uFEFFID, Stem ,answer,choice1,choice2,note\r\nq,Which?,B,a,b,x\r\n", ',')]
    [InlineData("id;stem;choice1;choice2;answer\nq;Which?;a;b;B", ';')]
    [InlineData("\n\nid,stem,choice1,choice2,choice3,answer\n\nq,Which?,a,b,,B\n\n", ',')]
    [InlineData("id,stem,choice1,choice2,label1,answer\nq,Which?,a,b,,B\n", ',')]
    public void Read_OtherHeadersAndLineEnds_AreNoMatter(string content, char delimiter)
    {
        File.WriteAllText(CsvPath, content);

        Assert.Equal(new ScienceQuestion("q", "Which?", [new("A", "a"), new("B", "b")]) { AnswerLabel = "B" }, Assert.Single(QuestionCsv.Read(CsvPath, delimiter: delimiter)));
    }

    [Theory]
    [InlineData("q, ,,a,b,,,A", "stem", "empty")]
    [InlineData("q,Which?,,,b,,,B", "choice1", "later choice")]
    [InlineData("q,Which?,,a,b,C,C,C", "label2", "second time")]
    [InlineData("q,Which?,,a,,,B,A", "choice2", "label 'B'")]
    [InlineData("q,Which?,,a,b,,,C", "answer", "A, B")]
    [InlineData("q,Which?,,a,b,,A", null, "7 cells; the header has 8")]
    [InlineData("q,Which?,,a,b,,,A,,x", null, "10 cells")]
    [InlineData("q,Wh\"ich?,,a,b,,,A", null, "quotation mark")]
    [InlineData("q,\"Which\"?,,a,b,,,A", null, "quotation mark")]
    public void Read_BadRow_NamesLineAndFieldAndTheNextIsRead(string row, string? field, string says)
    {
        File.WriteAllText(CsvPath, $"id,stem,context,choice1,choice2,label1,label2,answer\nq1,\"Which\none?\",,a,b,,,A\n{row}\nq3,Which?,,a,b,,,A\n");
        var bad = new List<BadRowException>();

        Assert.Equal(["q1", "q3"], QuestionCsv.Read(CsvPath, bad.Add).Select(question => question.Id));

        Assert.Equal((CsvPath, 4L, field), (Assert.Single(bad).Path, bad[0].Line, bad[0].Field));
        Assert.Contains(says, bad[0].Message);
        Assert.Throws<BadRowException>(() => QuestionCsv.Read(CsvPath).ToList());
    }

    [Theory]
    [InlineData("", null, "empty")]
    [InlineData("id,text\nq,Which?", "stem", "not in the header")]
    [InlineData("id,stem,ID\nq,Which?,x", "ID", "twice")]
    public void Read_BadHeader_IsAlwaysThrown(string content, string? field, string says)
    {
        File.WriteAllText(CsvPath, content);

        var bad = Assert.Throws<BadRowException>(() => QuestionCsv.Read(CsvPath, _ => Assert.Fail("A header is no row.")).ToList());

        Assert.Equal(field, bad.Field);
        Assert.Contains(says, bad.Message);
    }

    [Fact]
    public void Read_InvalidUtf8_IsABadRowAndTheNextIsRead()
    {
        File.WriteAllBytes(CsvPath, [.. "id,stem\nq1,"u8, .. Encoding.Latin1.GetBytes("glaçe"), .. "\nq2,Which?\n"u8]);
        var bad = new List<BadRowException>();

        Assert.Equal("q2", Assert.Single(QuestionCsv.Read(CsvPath, bad.Add)).Id);
        Assert.Equal(2, Assert.Single(bad).Line);
    }

    [Fact]
    public void Read_QuotationMarkNeverClosed_IsABadRowAndTakesBoundedMemory()
    {
        File.WriteAllText(CsvPath, "id,stem\nq1,Which?\nq2,\"Which?" + new string('x', 5 * FileLine.MaxBytes));
        var bad = new List<BadRowException>();

        Assert.Equal("q1", Assert.Single(QuestionCsv.Read(CsvPath, bad.Add)).Id);
        Assert.Equal(3, Assert.Single(bad).Line);
        Assert.Contains("not closed", bad[0].Message);

        File.WriteAllText(CsvPath, "id,stem\nq1,\"Which?\nq2,Which?");
        Assert.Contains("not closed", Assert.Throws<BadRowException>(() => QuestionCsv.Read(CsvPath).ToList()).Message);
    }

    /// <summary>pandas writes ARC's rows so: the question would be asked with its braces, and paid for.</summary>
    [Theory]
    [InlineData("q.csv", "id,question,answerKey\n1,\"{'stem': 'What rusts?', 'choices': [{'text': 'iron', 'label': 'A'}]}\",A\n")]
    [InlineData("q.jsonl", """{"id": "1", "question": "{\"stem\": \"What rusts?\", \"choices\": []}"}""")]
    public void Read_WholeQuestionAsText_IsRefused(string name, string content)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File(name), content);

        var bad = Assert.Throws<BadRowException>(() => QuestionReader.Read(folder.File(name), new()).ToArray());

        Assert.Contains("holds a whole question as the text of an object", bad.Message);
    }
}
