using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

/// <summary>The readers of published formats, with rows of our own in those formats.</summary>
public sealed class PublishedReaderTests : IDisposable
{
    private const string SciQRow = """{"question":"Which gas do plants take in?","distractor3":"helium","distractor1":"oxygen","distractor2":"neon","correct_answer":"carbon dioxide","support":"Leaves take in carbon dioxide."}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Qasc_SoundRows_GiveQuestionsWithAndWithoutGoldLabel()
    {
        var path = Write("""
            {"id":"q1","question":{"stem":"What melts?","choices":[{"text":"ice","label":"A"},{"text":"air","label":"B"}]},"answerKey":"A","fact1":"Ice is a solid.","fact2":"Solids melt.","combinedfact":"Ice melts.","formatted_question":"What melts? (A) ice (B) air"}
            {"id":"q2","question":{"stem":"What melts?","choices":[{"text":"ice","label":"A"},{"text":"air","label":"B"}]}}
            """);

        var questions = QascReader.Read(path).ToList();

        Assert.Equal([("q1", "ice"), ("q2", null)], questions.Select(question => (question.Id, question.GoldChoice?.Text)));
        Assert.All(questions, question => Assert.Null(question.Context));
    }

    [Fact]
    public void CommonsenseQa_SoundRow_GivesTheQuestion()
    {
        var path = Write("""{"answerKey":"B","id":"c1","question":{"question_concept":"tea","choices":[{"label":"A","text":"drawer"},{"label":"B","text":"cup"}],"stem":"Where is tea?"}}""");

        Assert.Equal(new ScienceQuestion("c1", "Where is tea?", [new("A", "drawer"), new("B", "cup")]) { AnswerLabel = "B" }, Assert.Single(CommonsenseQaReader.Read(path)));
    }

    [Theory]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[{"text":"t","label":"A"},{"text":"u","label":"B"}]},"answerKey":"C"}""", "answerKey")]
    [InlineData("""{"id":"q","question":{"stem":"s","choices":[{"text":"t","label":"A"}]}}""", "question.choices")]
    [InlineData("""{"id":"q","question":{"choices":[]}}""", "question.stem")]
    [InlineData("""{"question":{}}""", "question.stem")]
    public void QascAndCommonsenseQa_BadRow_NamesTheField(string row, string field)
    {
        var path = Write("\n" + row);

        foreach (var read in new[] { QascReader.Read(path), CommonsenseQaReader.Read(path) })
        {
            var bad = Assert.Throws<BadRowException>(() => read.ToList());
            Assert.Equal((path, 2L, field), (bad.Path, bad.Line, bad.Field));
        }
    }

    [Fact]
    public void SciQ_Rows_GetNamesAndAnOrderOfTheirOwn()
    {
        var path = Write($"[{SciQRow},\n{SciQRow.Replace("Leaves take in carbon dioxide.", " ")}]", "train.json");

        var questions = SciQReader.Read(path).ToList();

        Assert.Equal(["train-1", "train-2"], questions.Select(question => question.Id));
        Assert.Equal(["Leaves take in carbon dioxide.", null], questions.Select(question => question.Context));
        Assert.All(questions, question => Assert.Equal("carbon dioxide", question.GoldChoice?.Text));
        Assert.Equal(["carbon dioxide", "helium", "neon", "oxygen"], questions[0].Choices.Select(choice => choice.Text).Order());
        Assert.Equal(["A", "B", "C", "D"], questions[0].Choices.Select(choice => choice.Label));
        Assert.Equal(questions, SciQReader.Read(path));
        Assert.All(SciQReader.Read(path, withSupport: false), question => Assert.Null(question.Context));
    }

    [Fact]
    public void SciQ_ManyRows_HaveTheAnswerAtEveryPlaceAboutAsOften()
    {
        var rows = Enumerable.Range(0, 400).Select(i => SciQRow.Replace("Which gas", $"In case {i}, which gas"));

        var places = SciQReader.Read(Write("[" + string.Join(",", rows) + "]")).CountBy(question => question.AnswerLabel!).ToDictionary();

        Assert.All("ABCD", label => Assert.InRange(places[$"{label}"], 70, 130));
    }

    [Theory]
    [InlineData("""{"question":"q","distractor1":"b","distractor2":"c","distractor3":"d"}""", 3, "correct_answer", "missing")]
    [InlineData("""{"question":"q","correct_answer":"a","distractor1":"","distractor2":"c","distractor3":"d"}""", 3, "distractor1", "empty")]
    [InlineData("""{"question":7,"correct_answer":"a","distractor1":"b","distractor2":"c","distractor3":"d"}""", 3, "question", "a number")]
    [InlineData("""{"question":"q","correct_answer":"a","distractor1":"b","distractor2":"c","distractor3":"d","support":[]}""", 3, "support", "an array")]
    [InlineData("17", 3, null, "expected an object")]
    [InlineData("{\"question\":\n  tru}", 4, null, "JSON")]
    [InlineData("", 3, null, "JSON")]
    public void SciQ_BadRow_NamesLineAndFieldAndTheNextIsRead(string row, int line, string? field, string says)
    {
        var path = Write($"[\n{SciQRow},\n{row}\n,{SciQRow}]", "x.json");
        var bad = new List<BadRowException>();

        Assert.Equal(["x-1", "x-3"], SciQReader.Read(path, bad.Add).Select(question => question.Id));

        // An empty row is found at the comma that ends it.
        Assert.InRange(Assert.Single(bad).Line, line, row.Length == 0 ? line + 1 : line);
        Assert.Equal(field, bad[0].Field);
        Assert.Contains(says, bad[0].Message);
        Assert.Throws<BadRowException>(() => SciQReader.Read(path).ToList());
    }

    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("  \n{}", 0, "does not begin with '['")]
    [InlineData("[" + SciQRow, 0, "ends within a row")]
    [InlineData("[" + SciQRow + ",\n{\"question\":\"q", 1, "ends within a row")]
    [InlineData("[" + SciQRow + "]]", 1, "something follows")]
    [InlineData("[" + SciQRow + ",}", 1, "not opened")]
    public void SciQ_BrokenFile_GivesWhatStandsBeforeAndSaysWhy(string content, int questions, string says)
    {
        var path = Write(content);
        var bad = new List<BadRowException>();

        Assert.Equal(questions, SciQReader.Read(path, bad.Add).Count());

        Assert.Contains(says, Assert.Single(bad).Message);
        Assert.Contains(path, bad[0].Message);
        Assert.Throws<BadRowException>(() => SciQReader.Read(path).ToList());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\uFEFF [ \n ] \n")]
    public void SciQ_EmptyArray_GivesNothing(string content) => Assert.Empty(SciQReader.Read(Write(content)));

    [Fact]
    public void SciQ_RowTooLong_IsABadRowAndTheNextIsRead()
    {
        var bad = new List<BadRowException>();
        var path = Write($"[{SciQRow.Replace("helium", new string('x', 3 * FileLine.MaxBytes))},{SciQRow}]");

        Assert.Single(SciQReader.Read(path, bad.Add));
        Assert.Contains("longer than", Assert.Single(bad).Message);
    }

    [Fact]
    public void ScienceQa_TextQuestions_AreReadAndThoseWithImagesCounted()
    {
        var path = Write("""
            {
              "1": {"question":"Is ice, {solid} or \"liquid\"?","choices":["solid","liquid"],"answer":0,"hint":"It is cold.","image":null,"split":"train","lecture":"l","solution":"s"},
              "2": {"question":"Which is it?","choices":["a","b","c"],"answer":2,"hint":"","image":"image.png","split":"train"},
              "3": {"question":"Which state is hot?","choices":["x","y","z"],"answer":2,"hint":"","split":"test"}
            }
            """);
        var images = new List<string>();

        Assert.Equal(
            [
                new ScienceQuestion("1", "Is ice, {solid} or \"liquid\"?", [new("A", "solid"), new("B", "liquid")]) { AnswerLabel = "A", Context = "It is cold." },
                new ScienceQuestion("3", "Which state is hot?", [new("A", "x"), new("B", "y"), new("C", "z")]) { AnswerLabel = "C" },
            ],
            ScienceQaReader.Read(path, onImage: images.Add));
        Assert.Equal(["2"], images);
        Assert.Equal(["3"], ScienceQaReader.Read(path, "test", onImage: _ => Assert.Fail("The image is in another part.")).Select(question => question.Id));
    }

    [Theory]
    [InlineData(""" "q": {"choices":["a","b"],"answer":0} """, "q.question", "missing")]
    [InlineData(""" "q": {"question":"s","choices":"ab","answer":0} """, "q.choices", "an array")]
    [InlineData(""" "q": {"question":"s","choices":["a"],"answer":0} """, "q.choices", "2 to 26")]
    [InlineData(""" "q": {"question":"s","choices":["a",""],"answer":0} """, "q.choices[1]", "empty")]
    [InlineData(""" "q": {"question":"s","choices":["a","b"],"answer":2} """, "q.answer", "0 to 1")]
    [InlineData(""" "q": {"question":"s","choices":["a","b"],"answer":-1} """, "q.answer", "0 to 1")]
    [InlineData(""" "q": {"question":"s","choices":["a","b"],"answer":0.5} """, "q.answer", "0 to 1")]
    [InlineData(""" "q": {"question":"s","choices":["a","b"],"answer":"A"} """, "q.answer", "whole number")]
    [InlineData(""" "q": {"question":"s","choices":["a","b"],"answer":0,"hint":1} """, "q.hint", "a string")]
    [InlineData(""" "q": [] """, "q", "an object")]
    [InlineData(""" "": {} """, null, "without a name")]
    [InlineData(""" "q" """, null, "JSON")]
    [InlineData(""" {} """, null, "JSON")]
    [InlineData("  ", null, "JSON")]
    public void ScienceQa_BadRow_NamesLineAndFieldAndTheNextIsRead(string row, string? field, string says)
    {
        var path = Write("{\n" + row + ",\n\"last\": {\"question\":\"s\",\"choices\":[\"a\",\"b\"],\"answer\":1}}");
        var bad = new List<BadRowException>();

        Assert.Equal("last", Assert.Single(ScienceQaReader.Read(path, onBadRow: bad.Add)).Id);

        Assert.Equal((path, 2L, field), (Assert.Single(bad).Path, bad[0].Line, bad[0].Field));
        Assert.Contains(says, bad[0].Message);
        Assert.Throws<BadRowException>(() => ScienceQaReader.Read(path).ToList());
    }

    [Fact]
    public void ScienceQa_SplitAskedForButMissing_IsABadRow() =>
        Assert.Equal("q.split", Assert.Throws<BadRowException>(() => ScienceQaReader.Read(Write("""{"q":{"question":"s"}}"""), "train").ToList()).Field);

    [Theory]
    [InlineData("""{"\ud800": {"question":"s","choices":["a","b"],"answer":0}}""")]
    [InlineData("""{"q": {"\ud800":1,"question":"\udc00","choices":["a","b"],"answer":0}}""")]
    public void ScienceQa_TextThatIsNoUnicode_IsABadRow(string content) =>
        Assert.Throws<BadRowException>(() => ScienceQaReader.Read(Write(content)).ToList());

    [Fact]
    public void Arc_NameThatIsNoUnicode_IsABadRow() =>
        Assert.Throws<BadRowException>(() => ArcReader.Read(Write("""{"\ud800":1,"id":"q","question":{"stem":"s"}}""")).ToList());

    [Fact]
    public void AllReaders_NoFile_SaySoAtOnce()
    {
        var absent = _folder.File("absent.json");
        Assert.Throws<MissingFileException>(() => QascReader.Read(absent));
        Assert.Throws<MissingFileException>(() => CommonsenseQaReader.Read(absent));
        Assert.Throws<MissingFileException>(() => SciQReader.Read(absent));
        Assert.Throws<MissingFileException>(() => ScienceQaReader.Read(absent));
        Assert.Throws<MissingFileException>(() => QuestionCsv.Read(absent));
    }

    private string Write(string content, string name = "rows.json")
    {
        var path = _folder.File(name);
        File.WriteAllText(path, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }
}
