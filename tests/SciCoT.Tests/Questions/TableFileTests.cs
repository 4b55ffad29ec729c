using System.Text;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

/// <summary>Files laid out by columns, and files that are not UTF-8.</summary>
public sealed class TableFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"id":{"0":"a","1":"b"},"question":{"0":"What rusts?","1":"What burns?"},"choices":{"0":["iron","wood"],"1":["iron","wood"]},"answer":{"0":"A","1":"B"}}""")]
    [InlineData("""{"id":{"17":"a","99":"b"},"question":{"17":"What rusts?","99":"What burns?"},"A":{"17":"iron","99":"iron"},"B":{"17":"wood","99":"wood"},"answer":{"17":"A","99":"B"}}""")]
    [InlineData("""{"columns":["id","question","choices","answer"],"index":[0,1],"data":[["a","What rusts?",["iron","wood"],"A"],["b","What burns?",["iron","wood"],"B"]]}""")]
    [InlineData("""{"id":["a","b"],"question":["What rusts?","What burns?"],"choices":[["iron","wood"],["iron","wood"]],"answer":["A","B"]}""")]
    [InlineData("""{"0":{"id":"a","question":"What rusts?","choices":["iron","wood"],"answer":"A"},"1":{"id":"b","question":"What burns?","choices":["iron","wood"],"answer":"B"}}""")]
    [InlineData("""{"a":{"question":"What rusts?","choices":{"text":["iron","wood"],"label":["A","B"]},"answerKey":"A"},"b":{"question":"What burns?","choices":{"text":["iron","wood"],"label":["A","B"]},"answerKey":"B"}}""")]
    [InlineData("""[{"id":"a","question":"What rusts?","choices":["iron","wood"],"answer":"A"},{"id":"b","question":"What burns?","choices":["iron","wood"],"answer":"B"}]""")]
    [InlineData("""{"schema":{"fields":[{"name":"index","type":"integer"}],"primaryKey":["index"]},"data":[{"index":0,"id":"a","question":"What rusts?","choices":["iron","wood"],"answer":"A"},{"index":1,"id":"b","question":"What burns?","choices":["iron","wood"],"answer":"B"}]}""")]
    public void EveryOrientationOfPandas_IsRead(string text)
    {
        var rows = QuestionReader.Read(Write(text)).Select(row => row.Question).ToArray();

        Assert.Equal(["a", "b"], rows.Select(row => row.Id));
        Assert.Equal(["What rusts?", "What burns?"], rows.Select(row => row.Stem));
        Assert.Equal(["iron", "wood"], rows.Select(row => row.GoldChoice?.Text));
    }

    [Fact]
    public void Columns_LongerThanWhatIsLookedAt_AreRead()
    {
        string Column(string name, Func<int, string> value) => $"\"{name}\":{{{string.Join(",", Enumerable.Range(0, 9000).Select(i => $"\"{i}\":{value(i)}"))}}}";
        var text = $"{{{Column("id", i => $"\"q{i}\"")},{Column("question", i => $"\"What rusts {i}?\"")},{Column("choices", _ => "[\"iron\",\"wood\"]")},{Column("answer", _ => "\"A\"")}}}";

        Assert.Equal(9000, QuestionReader.Read(Write(text)).Count());
    }

    [Fact]
    public void BadRow_IsNamedByItsNumber()
    {
        var path = Write("""{"question":{"0":"What rusts?","1":"What burns?"},"choices":{"0":["iron","wood"],"1":["iron","wood"]},"answer":{"0":"A","1":"Z"}}""");
        var bad = Assert.Throws<BadRowException>(() => QuestionReader.Read(path).ToList());
        Assert.Equal((2, "answer"), (bad.Line, bad.Field));
        Assert.Contains("by columns", bad.Message);

        var told = new List<BadRowException>();
        Assert.Single(QuestionReader.Read(path, new() { OnBadRow = told.Add }));
        Assert.Equal(2, Assert.Single(told).Line);
    }

    [Theory]
    [InlineData("""{"question":{"0":"What rusts?","1":"What burns?"},"answer":{"0":"A"}}""", "same rows")]
    [InlineData("""{"columns":["question","answer"],"data":[["What rusts?"]]}""", "row 1")]
    [InlineData("""{"columns":["question","answer"],"index":[0]}""", "'data'")]
    [InlineData("""{"question":["What rusts?","What burns?"],"answer":["A"]}""", "same rows")]
    [InlineData("""{"question":{"0":"What rusts?"},"answer":{"0":"A"}""", "JSON")]
    public void DamagedTable_IsRefusedWithTheRemedy(string text, string says)
    {
        var message = Assert.ThrowsAny<SciCoTException>(() => QuestionReader.Read(Write(text)).ToList()).Message;

        Assert.StartsWith(_folder.File("q.json"), message);
        Assert.Contains(says, message);
    }

    [Fact]
    public void RowsWithoutNames_AreRefusedWithTheRemedy() =>
        Assert.Contains("orient=\"records\"", Assert.Throws<BadRowException>(() => QuestionReader.Read(Write("""[["a","What rusts?"]]""")).ToList()).Message);

    [Theory]
    [InlineData("q.csv", "id,question,A,B,answer\n1,What rusts?,iron,bois coup\u00e9,A\n", 2, "byte 29 of the row is 0xE9, which is 'é'")]
    [InlineData("q.csv", "id;question;r\u00e9ponse\n", 1, "byte 14")]
    [InlineData("q.csv", "id,question,A,B,answer\n1,\u0093What\u0094 rusts?,iron,wood,A\n", 2, "byte 3 of the row is 0x93.")]
    [InlineData("q.jsonl", "{\"id\":\"1\",\"question\":\"Caf\u00e9?\",\"choices\":[\"iron\",\"wood\"],\"answer\":\"A\"}\n", 1, "byte 4 of the text is 0xE9")]
    [InlineData("q.jsonl", "{\"id\":\"1\",\"caf\u00e9\":1,\"question\":\"Cafe?\",\"choices\":[\"iron\",\"wood\"],\"answer\":\"A\"}\n", 1, "0xE9")]
    public void OtherEncoding_IsRefusedWithPlaceAndRemedy(string name, string text, int line, string says)
    {
        File.WriteAllBytes(_folder.File(name), Encoding.Latin1.GetBytes(text));

        var bad = Assert.Throws<BadRowException>(() => QuestionReader.Read(_folder.File(name)).ToList());
        Assert.Equal(line, bad.Line);
        Assert.Contains(says, bad.Message);
        Assert.Contains("iconv -f windows-1252 -t utf-8", bad.Message);
    }

    private string Write(string text)
    {
        File.WriteAllText(_folder.File("q.json"), text);
        return _folder.File("q.json");
    }
}
