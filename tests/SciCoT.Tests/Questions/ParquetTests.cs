using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public sealed class ParquetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arc_IsReadWithNestedChoicesAndRowNumbers()
    {
        var rows = QuestionReader.Read(Write("arc.parquet", ParquetSets.Arc)).ToArray();
        Assert.Equal(["arc-1", "arc-2"], rows.Select(row => row.Question.Id));
        Assert.Equal([1L, 2L], rows.Select(row => row.Line));
        Assert.Equal([new("1", "stone"), new("2", "ice"), new("3", "glass")], rows[1].Question.Choices);
        Assert.Equal(["iron", "ice"], rows.Select(row => row.Question.GoldChoice?.Text));
    }

    [Fact]
    public void EachDataSet_IsRecognisedByItsColumns()
    {
        Assert.Equal("rain", Only(ParquetSets.Qasc).GoldChoice?.Text);
        Assert.Equal("a nail", Only(ParquetSets.OpenBookQa).GoldChoice?.Text);
        Assert.Equal("a nail", Only(ParquetSets.OpenBookQaWithFacts).GoldChoice?.Text);
        Assert.Equal("freezer", Only(ParquetSets.CommonsenseQa).GoldChoice?.Text);
        var sciq = Only(ParquetSets.SciQ);
        Assert.Equal(("carbon dioxide", "Leaves take in carbon dioxide.", 4), (sciq.GoldChoice?.Text, sciq.Context, sciq.Choices.Count));
    }

    [Fact]
    public void ScienceQa_LeavesImagesOutAndTellsOfThem()
    {
        var images = new List<string>();
        var question = Assert.Single(QuestionReader.Read(Write("test.parquet", ParquetSets.ScienceQa), new() { OnImage = images.Add })).Question;
        Assert.Equal(("Is ice a solid or a liquid?", "solid"), (question.Stem, question.GoldChoice?.Text));
        Assert.Single(images);
    }

    [Fact]
    public void OtherName_IsReadByItsBeginning_AndByEveryReader()
    {
        var path = Write("train.bin", ParquetSets.Arc);
        Assert.Equal(2, ArcReader.Read(path).Count());
        Assert.Equal(2, QuestionFile.Read(path).Count());
        Assert.Equal("Rain makes iron rust.", Assert.Single(RationaleReader.Read(Write("qasc.parquet", ParquetSets.Qasc))).Rationale);
    }

    [Fact]
    public void ManyRowGroups_AreReadInOrder()
    {
        var rows = Enumerable.Range(0, 1001).Select(i => new ParquetSets.ArcRow { id = $"q{i}", question = i % 5 == 0 ? null : $"What is {i}?", choices = new() { text = [$"{i}", "none"], label = ["A", "B"] }, answerKey = "A" }).ToArray();
        var bad = new List<BadRowException>();
        var questions = QuestionReader.Read(Write("many.parquet", ParquetSets.Bytes(rows)), new() { OnBadRow = bad.Add }).Select(row => row.Question).ToArray();
        Assert.Equal(Enumerable.Range(0, 1001).Where(i => i % 5 != 0).Select(i => $"q{i}"), questions.Select(question => question.Id));
        Assert.Equal((201, 6L), (bad.Count, bad[1].Line));
        Assert.All(questions, question => Assert.Equal(question.Id[1..], question.Choices[0].Text));
    }

    [Fact]
    public void EmptyAndMissingLists_KeepTheOthersInPlace()
    {
        ParquetSets.ArcRow[] rows =
        [
            new() { id = "1", question = "a?", choices = null },
            new() { id = "2", question = "b?", choices = new() { text = [], label = null } },
            new() { id = "3", question = "c?", choices = new() { text = ["x", "y"], label = ["A", "B"] }, answerKey = "B" },
        ];
        var questions = QuestionReader.Read(Write("a.parquet", ParquetSets.Bytes(rows)), new() { OnBadRow = _ => { } }).Select(row => row.Question).ToArray();
        Assert.Equal("y", questions.Single(question => question.Id == "3").GoldChoice?.Text);
    }

    [Fact]
    public void DamagedFile_IsRefusedWithFileAndRemedy()
    {
        var whole = ParquetSets.Arc;
        foreach (int length in new[] { whole.Length - 1, whole.Length / 2, 12, 4 })
            Refused(whole[..length]);
        Refused([.. whole[..^8], 0xFF, 0xFF, 0xFF, 0x7F, .. "PAR1"u8]);
        Refused([.. whole[..^4], .. "PARE"u8]);
        var wrong = whole.ToArray();
        wrong.AsSpan(4, 8).Fill(0xFF); // the first page's header
        Refused(wrong);

        void Refused(byte[] bytes)
        {
            var path = Write("bad.parquet", bytes);
            var message = Assert.ThrowsAny<SciCoTException>(() => QuestionReader.Read(path).Count()).Message;
            Assert.StartsWith(path, message);
        }
    }

    [Theory]
    [InlineData("{\"id\":\"1\"}\n", "is named .parquet")]
    [InlineData("", "is named .parquet")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n", "Git LFS")]
    public void OtherFileNamedParquet_IsNamed(string content, string says)
    {
        var path = _folder.File("a.parquet");
        File.WriteAllText(path, content);
        Assert.Contains(says, Assert.Throws<InvalidFileException>(() => QuestionReader.Read(path).Count()).Message);
    }

    private ScienceQuestion Only(byte[] bytes) => Assert.Single(QuestionReader.Read(Write("one.parquet", bytes))).Question;

    private string Write(string name, byte[] bytes)
    {
        var path = _folder.File(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
