using System.IO.Compression;
using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class QuestionReaderTests : IDisposable
{
    private const string Own = """{"id":"1","stem":"What rusts?","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}],"answer":"A"}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("array-own.json", "jsonl", "d1:Which is a solid?:ice d2:Q2?:ice")]
    [InlineData("csqa-empty-key.jsonl", "qasc", "demo-7:Which is a solid?:-")]
    [InlineData("hf-arc.jsonl", "arc", "demo-1:Which cup cools the tea faster?:the metal cup demo-2:Which part of a plant takes in water?:root")]
    [InlineData("hf-csqa.jsonl", "commonsenseqa", "demo-5:Where is ice kept?:freezer")]
    [InlineData("hf-obqa.jsonl", "obqa", "demo-3:A lamp needs:power")]
    [InlineData("nan.jsonl", "jsonl", "d1:Which is a solid?:ice")]
    [InlineData("semi.csv", "csv", "q1:Which is a solid?:ice")]
    [InlineData("space-answer.csv", "csv", "q1:Which is a solid?:ice")]
    [InlineData("trail-rows.csv", "csv", "q1:Which is a solid?:ice")]
    [InlineData("utf16le.jsonl", "jsonl", "d1:Which is a solid?:ice")]
    [InlineData("scienceqa-with-image.json", "scienceqa", "1:Is ice solid?:yes")]
    public void CaseFile_IsRecognisedAndRead(string name, string format, string expected)
    {
        var path = TestFiles.Data("Cases", "data", name);
        Assert.Equal(format, QuestionReader.Recognise(path));
        var questions = QuestionReader.Read(path).Select(row => row.Question).ToArray();
        Assert.Equal(expected, string.Join(' ', questions.Select(question => $"{question.Id}:{question.Stem}:{question.GoldChoice?.Text ?? "-"}")));
        Assert.All(questions, question => Assert.True(question.Choices.Count >= 2));
        Assert.All(questions, question => Assert.Null(question.Context));
    }

    [Fact]
    public void QuestionsWithImages_AreLeftOutAndToldOf()
    {
        var images = new List<string>();
        Assert.Single(QuestionReader.Read(TestFiles.Data("Cases", "data", "scienceqa-with-image.json"), new() { OnImage = images.Add }));
        Assert.Equal(["2"], images);
    }

    [Theory]
    [InlineData("""{"question":"What rusts?","distractor3":"wool","distractor1":"wood","distractor2":"glass","correct_answer":"iron","support":"Iron rusts."}""", "sciq")]
    [InlineData("""{"image":null,"question":"What rusts?","choices":["iron","wood"],"answer":0,"hint":"Iron rusts.","task":"closed choice","grade":"grade2","lecture":"l","solution":"s"}""", "scienceqa")]
    [InlineData("""{"id":"1","question":"What rusts?","choices":{"text":["iron","wood"],"label":["A","B"]},"answerKey":"A","fact1":"f","fact2":"g","combinedfact":"h","formatted_question":"What rusts? (A) iron (B) wood"}""", "qasc")]
    [InlineData("""{"id":"1","question_stem":"What rusts?","choices":{"text":["iron","wood"],"label":["A","B"]},"answerKey":"A","fact1":"f","humanScore":1.0,"clarity":2.0,"turkIdAnonymized":"b"}""", "obqa")]
    public void RowsOfDatasets_AreRead(string row, string format)
    {
        foreach (var content in new[] { row + "\n", $"[{row}]", "{\"rows\":[{\"row_idx\":0,\"row\":" + row + "}],\"num_rows_total\":1}" })
        {
            var path = Write("questions.jsonl", content);
            if (content[0] == row[0] && !content.StartsWith("{\"rows", StringComparison.Ordinal))
                Assert.Equal(format, QuestionReader.Recognise(path));
            var question = Assert.Single(QuestionReader.Read(path)).Question;
            Assert.Equal(("What rusts?", "iron"), (question.Stem, question.GoldChoice?.Text));
            Assert.NotEmpty(question.Id);
        }
    }

    [Fact]
    public void ScienceQaRows_OfDatasets_WithImages_AreCounted()
    {
        var path = Write("test.jsonl", """
            {"image":{"bytes":"iVBOR","path":null},"question":"What is it?","choices":["a","b"],"answer":1,"hint":"","lecture":"","solution":"x"}
            {"image":null,"question":"What rusts?","choices":["wood","iron"],"answer":1,"hint":"","lecture":"","solution":"x"}
            """);
        int images = 0;
        Assert.Equal("iron", Assert.Single(QuestionReader.Read(path, new() { OnImage = _ => images++ })).Question.GoldChoice?.Text);
        Assert.Equal(1, images);
    }

    [Theory]
    [InlineData("""["iron","wood"]""", "A")]
    [InlineData("""{"A":"iron","B":"wood"}""", "A")]
    [InlineData("""{"text":["iron","wood"],"label":["A","B"]}""", "A")]
    [InlineData("""{"label":[1,2],"text":["iron","wood"]}""", "1")]
    [InlineData("""[{"label":"A","text":"iron"},{"label":"B","text":"wood"}]""", "A")]
    [InlineData("""[{"text":"iron"},{"text":"wood"}]""", "A")]
    [InlineData("\"[\\\"iron\\\", \\\"wood\\\"]\"", "A")]
    [InlineData("\"{\\\"text\\\": [\\\"iron\\\", \\\"wood\\\"], \\\"label\\\": [\\\"A\\\", \\\"B\\\"]}\"", "A")]
    [InlineData("\"A) iron B) wood\"", "A")]
    [InlineData("\"['iron', 'wood']\"", "A")]
    [InlineData("\"('iron', 'wood',)\"", "A")]
    [InlineData("\"{'text': array(['iron', 'wood'], dtype=object), 'label': array(['A', 'B'], dtype='<U1')}\"", "A")]
    [InlineData("\"{'A': 'iron', 'B': 'wood'}\"", "A")]
    [InlineData("\"['iron' 'wood']\"", "A")]
    [InlineData("\"['iron'\\n 'wood']\"", "A")]
    [InlineData("\"iron|wood\"", "A")]
    [InlineData("\"iron; wood\"", "A")]
    [InlineData("""["A. iron","B. wood"]""", "A")]
    [InlineData("""["(A) iron","(B) wood"]""", "A")]
    [InlineData("""["1) iron","2) wood"]""", "1")]
    public void Choices_InAnyShape_AreRead(string choices, string label)
    {
        var path = Write("q.jsonl", $"{{\"id\":7,\"question\":\"What rusts?\",\"choices\":{choices},\"answerKey\":\"{label}\"}}\n");
        var question = Assert.Single(QuestionReader.Read(path)).Question;
        Assert.Equal("7", question.Id);
        Assert.Equal(["iron", "wood"], question.Choices.Select(choice => choice.Text));
        Assert.Equal((label, "iron"), (question.AnswerLabel, question.GoldChoice?.Text));
    }

    [Theory]
    [InlineData("\"B\"", "wood")]
    [InlineData("\"b\"", "wood")]
    [InlineData("\" B \"", "wood")]
    [InlineData("\"(B)\"", "wood")]
    [InlineData("\"B.\"", "wood")]
    [InlineData("\"Option B\"", "wood")]
    [InlineData("\"B) wood\"", "wood")]
    [InlineData("\"B: Wood\"", "wood")]
    [InlineData("\"Answer: B\"", "wood")]
    [InlineData("[\"B\"]", "wood")]
    [InlineData("\"wood\"", "wood")]
    [InlineData("\"Wood\"", "wood")]
    [InlineData("0", "iron")]
    [InlineData("3", "glass")] // of three choices: counted from 1
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("NaN", null)]
    public void AnswerKey_InAnyForm_NamesTheChoice(string answer, string? expected)
    {
        var path = Write("q.jsonl", $"{{\"id\":\"1\",\"question\":\"What rusts?\",\"choices\":[\"iron\",\"wood\",\"glass\"],\"answer\":{answer}}}\n");
        Assert.Equal(expected, Assert.Single(QuestionReader.Read(path)).Question.GoldChoice?.Text);
    }

    [Theory]
    [InlineData("question,choice_0,choice_1,label\nWhat rusts?,iron,wood,0\nWhat burns?,iron,wood,1\n", "AB")]
    [InlineData("question,1,2,answer\nWhat rusts?,iron,wood,1\nWhat burns?,iron,wood,2\n", "12")]
    [InlineData("id,prompt,A,B,answer\n0,What rusts?,iron,wood,A\n1,What burns?,iron,wood,B\n", "AB")]
    [InlineData("What rusts?,iron,wood,A\nWhat burns?,iron,wood,B\n", "AB")]
    [InlineData("question,opa,opb,cop\nWhat rusts?,iron,wood,0\nWhat burns?,iron,wood,1\n", "AB")]
    [InlineData("question,A,B,C,answer\nWhat rusts?,iron,wood,NaN,A\nWhat burns?,iron,wood,nan,B\n", "AB")]
    [InlineData("question,A,B,answer\nWhat rusts?,iron,wood,Option A\nWhat burns?,iron,wood,B) wood\n", "AB")]
    public void Csv_ColumnsOfManyNames_AreTheChoices(string text, string labels)
    {
        var questions = QuestionReader.Read(Write("q.csv", text)).Select(row => row.Question).ToArray();

        Assert.Equal(["What rusts?", "What burns?"], questions.Select(question => question.Stem));
        Assert.All(questions, question => Assert.Equal($"{labels[0]} iron, {labels[1]} wood", string.Join(", ", question.Choices.Select(choice => $"{choice.Label} {choice.Text}"))));
        Assert.Equal(["iron", "wood"], questions.Select(question => question.GoldChoice?.Text));
    }

    [Fact]
    public void Array_CommaBehindTheLastRow_IsNoRow() =>
        Assert.Single(QuestionReader.Read(Write("q.json", """[{"question":"What rusts?","choices":["iron","wood"],"answer":"A"},]""")));

    [Theory]
    [InlineData("\"B) iron\"")]
    [InlineData("\"Option D\"")]
    [InlineData("\"B or A\"")]
    public void AnswerKey_ThatContradictsItself_IsRefused(string answer) =>
        Assert.Throws<BadRowException>(() => QuestionReader.Read(Write("q.jsonl", $"{{\"id\":\"1\",\"question\":\"What rusts?\",\"choices\":[\"iron\",\"wood\",\"glass\"],\"answer\":{answer}}}\n")).ToArray());

    [Theory]
    [InlineData("0", "iron", "wood")] // a 0 somewhere: counted from 0
    [InlineData("2", "wood", "iron")] // the number of choices somewhere: counted from 1
    public void PlacesOfChoices_AreCountedAsTheFileTells(string other, string first, string second)
    {
        string Row(string id, string answer) => $"{{\"id\":\"{id}\",\"question\":\"What rusts?\",\"choices\":[\"iron\",\"wood\"],\"answer\":{answer}}}";
        var path = Write("q.jsonl", $"{Row("1", other)}\n{Row("2", "1")}\n");
        Assert.Equal([first, second], QuestionReader.Read(path).Select(row => row.Question.GoldChoice!.Text));
    }

    [Fact]
    public void PlaceThatMayBeCountedFromZeroOrOne_IsRefused()
    {
        var path = Write("q.jsonl", """{"id":"1","question":"What rusts?","choices":["iron","wood"],"answer":1}""");
        var bad = Assert.Throws<BadRowException>(() => QuestionReader.Read(path).ToList());
        Assert.Contains("from 0 or from 1", bad.Message);
        Assert.Equal("answer", bad.Field);
    }

    [Theory]
    [InlineData("id,stem,choice1,choice2,answer\nq,What rusts?,iron,wood,A\n")]
    [InlineData("id;stem;choice1;choice2;answer\r\nq;What rusts?;iron;wood;A\r\n")]
    [InlineData("id\tstem\tchoice1\tchoice2\tanswer\nq\tWhat rusts?\tiron\twood\tA")]
    [InlineData("id|stem|choice1|choice2|answer\nq|What rusts?|iron|wood|A")]
    [InlineData("sep=;\nid;stem;choice1;choice2;answer\nq;What rusts?;iron;wood;A\n")]
    [InlineData("ID,Question,A,B,Answer\nq,What rusts?,iron,wood,A\n")]
    [InlineData("id,question,option_a,option_b,correct answer\nq,What rusts?,iron,wood,iron\n")]
    [InlineData("id,question,choice_1,choice_2,answer_key\nq,What rusts?,iron,wood,a\n")]
    [InlineData("id,question,choices,answer\nq,What rusts?,\"[\"\"iron\"\", \"\"wood\"\"]\",A\n")]
    [InlineData("id,question,choices,answer\nq,What rusts?,\"(A) iron (B) wood\",A\n")]
    [InlineData("id,question,answer\nq,What rusts? A) iron B) wood,A\n")]
    [InlineData("id,stem,choice1,choice2,answer,,\nq,What rusts?,iron,wood,A,,\n,,,,,,\n")]
    [InlineData("id,stem,choice1,choice2,answer\nq,What rusts?,iron,wood,A,,\n ,,,,\n")]
    [InlineData("\"id\",\"stem\",\"choice1\",\"choice2\",\"answer\"\n\"q\",\" What rusts? \",\"iron \",\"wood\",\" A\"\n")]
    public void CsvOfAnyDialect_IsRead(string content)
    {
        foreach (var name in new[] { "q.csv", "q.txt" })
        {
            var path = Write(name, content);
            var question = Assert.Single(QuestionReader.Read(path)).Question;
            Assert.Equal(("q", "What rusts?", "iron", 2), (question.Id, question.Stem, question.GoldChoice?.Text, question.Choices.Count));
        }
    }

    [Fact]
    public void Delimiter_ThatIsGiven_Counts()
    {
        var path = Write("q.csv", "id:stem:choice1:choice2:answer\nq:What rusts:iron:wood:A\n");
        Assert.Contains("--delimiter", Assert.Throws<BadRowException>(() => QuestionReader.Read(path).ToList()).Message);
        Assert.Equal("iron", Assert.Single(QuestionReader.Read(path, new() { Delimiter = ':' })).Question.GoldChoice?.Text);
    }

    [Fact]
    public void CsvWithoutIds_GetsThemFromTheContent()
    {
        var path = Write("q.csv", "stem,choice1,choice2,answer\nWhat rusts?,iron,wood,A\nWhat burns?,iron,wood,B\n");
        var ids = QuestionReader.Read(path).Select(row => row.Question.Id).ToArray();
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal(ids, QuestionReader.Read(path).Select(row => row.Question.Id));
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-32", true)]
    public void AnyEncoding_PlainOrInGzip_IsRead(string name, bool hasMark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. hasMark ? encoding.Preamble : [], .. encoding.GetBytes(Own.Replace("iron", "Größe 😀", StringComparison.Ordinal) + "\n")];
        File.WriteAllBytes(_folder.File("a.jsonl"), bytes);
        using (var packed = new GZipStream(File.Create(_folder.File("a.jsonl.gz")), CompressionLevel.Fastest))
            packed.Write(bytes);
        Assert.Equal("Größe 😀", Assert.Single(QuestionReader.Read(_folder.File("a.jsonl"))).Question.GoldChoice?.Text);
        Assert.Equal("Größe 😀", Assert.Single(QuestionReader.Read(_folder.File("a.jsonl.gz"))).Question.GoldChoice?.Text);
    }

    [Fact]
    public void GzipThatIsCutOff_IsRefusedAndNotReadInPart()
    {
        var path = _folder.File("a.csv.gz");
        using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            packed.Write(Encoding.UTF8.GetBytes("id,stem\n" + string.Concat(Enumerable.Range(0, 20000).Select(i => $"{i},What rusts {i * 7919}?\n"))));
        Assert.Equal(20000, QuestionReader.Read(path).Count());
        var whole = File.ReadAllBytes(path);

        foreach (int length in new[] { whole.Length - 1, whole.Length - 8, whole.Length / 2, 40, 12 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Contains("gzip", Assert.Throws<InvalidFileException>(() => QuestionReader.Read(path).Count()).Message);
        }

        whole[whole.Length / 2] ^= 0x55;
        File.WriteAllBytes(path, whole);
        Assert.ThrowsAny<SciCoTException>(() => QuestionReader.Read(path).Count()); // a row may be seen to be bad before the checksum is
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "Git LFS")]
    [InlineData("<!DOCTYPE html>\n<html>", "HTML")]
    [InlineData("PAR1\u0015\u0004", "Parquet")]
    [InlineData("PK\u0003\u0004\u0014\0\u0006\0[Content_Types].xml", "Excel")]
    [InlineData("PK\u0003\u0004\u0014\0\0\0train.jsonl", "zip")]
    public void OtherFile_InItsPlace_IsNamed(string content, string says)
    {
        foreach (var name in new[] { "q.jsonl", "q.csv", "q.json" })
        {
            File.WriteAllBytes(_folder.File(name), Encoding.Latin1.GetBytes(content));
            var message = Assert.Throws<InvalidFileException>(() => QuestionReader.Read(_folder.File(name), new() { OnBadRow = _ => { } }).ToList()).Message;
            Assert.Contains(says, message);
            Assert.StartsWith(_folder.File(name), message);
        }
    }

    [Fact]
    public void Folder_NamesItsFiles()
    {
        Write("train.jsonl", Own);
        Assert.Contains("train.jsonl", Assert.Throws<InvalidFileException>(() => QuestionReader.Read(_folder.Path).ToList()).Message);
    }

    [Theory]
    [InlineData("""{"id":"1","questions":"What rusts?"}""", "stem", "the row has id, questions")]
    [InlineData("""{"id":["1","2"],"question":["a?","b?"]}""", "question", "laid out by columns")]
    [InlineData("""{"id":{"0":"1"},"question":{"0":"a?"}}""", "question", "laid out by columns")]
    [InlineData("""{"id":"1","question":"a?","choices":"['x', y()]"}""", "choices", "Python's print")]
    [InlineData("What rusts? (A) iron (B) wood", null, "plain text")]
    [InlineData("{'id': '1', 'stem': 'a?'}", null, "json.dumps")]
    [InlineData("{\"id\":\"1\",\"stem\":\"a?\"},", null, "comma at the end")]
    [InlineData("""{"id":"1","question":"a?","choices":{"text":["x","y"],"label":["A"]}}""", "choices.label", "1 labels for 2 texts")]
    [InlineData("""{"id":"1","question_stem":"a?","choices":{"text":["x","y"],"label":["A","B"]},"answerKey":"E"}""", "answerKey", "OpenBookQA from Hugging Face's datasets")]
    public void UnclearRow_NamesFormatPlaceAndRemedy(string row, string? field, string says)
    {
        var path = Write("q.jsonl", Own + "\n" + row + "\n");
        var bad = Assert.Throws<BadRowException>(() => QuestionReader.Read(path).ToList());
        Assert.Equal((path, 2L, field), (bad.Path, bad.Line, bad.Field));
        Assert.Contains(says, bad.Message);
        Assert.Single(QuestionReader.Read(path, new() { OnBadRow = _ => { } }));
    }

    [Fact]
    public void InvalidUnicode_IsABadRowThatIsSkipped()
    {
        var path = _folder.File("q.jsonl");
        File.WriteAllBytes(path, [
            .. Encoding.UTF8.GetBytes(Own + "\n"),
            .. "{\"id\":\"2\",\"stem\":\"\\ud800\"}\n"u8,
            .. "{\"id\":\"\\udc00\",\"stem\":\"x\"}\n"u8,
            .. "{\"\\ud800\":1,\"stem\":\"x\"}\n"u8,
            .. "{\"id\":\"3\",\"stem\":\""u8, 0xE9, .. "\"}\n"u8,
            .. "{\"id\":\"4\",\"stem\":\"x\",\"choices\":{\"\\ud800\":\"a\",\"B\":\"b\"}}\n"u8,
            .. "{\"id\":\"5\",\"stem\":\"x\",\"choices\":[\"a\",\"\\ud800\"]}\n"u8,
            .. Encoding.UTF8.GetBytes(Own.Replace("\"1\"", "\"6\"", StringComparison.Ordinal))]);
        var bad = new List<BadRowException>();
        Assert.Equal(["1", "6"], QuestionReader.Read(path, new() { OnBadRow = bad.Add }).Select(row => row.Question.Id));
        Assert.Equal([2, 3, 4, 5, 6, 7], bad.Select(row => row.Line));
    }

    [Fact]
    public void ObjectsOverSeveralLines_AreReadOneByOne()
    {
        var path = Write("q.json", "{\n  \"id\": \"1\",\n  \"stem\": \"a?\"\n}\n{\n  \"id\": \"2\",\n  \"stem\": \"b?\"\n}\n");
        Assert.Equal([("1", 1L), ("2", 5L)], QuestionReader.Read(path).Select(row => (row.Question.Id, row.Line)));
    }

    [Fact]
    public void Lines_AreThoseOfTheFile()
    {
        Assert.Equal([1L, 2L], QuestionReader.Read(TestFiles.Data("Cases", "data", "duplicate-ids.jsonl")).Select(row => row.Line));
        Assert.Equal([2L, 3L], QuestionReader.Read(TestFiles.Data("Cases", "data", "train.csv")).Select(row => row.Line));
    }

    [Fact]
    public void Format_ThatIsUnknown_IsRefused() =>
        Assert.Throws<ArgumentException>(() => QuestionReader.Read(Write("q.jsonl", Own), new() { Format = "parquet" }));

    private string Write(string name, string content)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, content);
        return path;
    }
}
