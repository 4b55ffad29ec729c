using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Rationales;

public sealed class VerdictFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string VerdictPath => _folder.File("verdicts.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameJudgements()
    {
        var judgements = RationaleFilterChain.Default.JudgeAll(Records.Question, [Records.Sample(0) with { Attempt = 2 }, Records.Sample(1) with { AnswerText = "wood", PromptHash = null }]);

        Assert.Equal(2, VerdictFile.Write(VerdictPath, judgements));

        var read = VerdictFile.Read(VerdictPath).ToArray();
        Assert.Equal(judgements.Select(judgement => judgement.Key), read.Select(judgement => judgement.Key));
        Assert.All(judgements.Zip(read), pair => Assert.Equal(pair.First.Verdicts, pair.Second.Verdicts));
        Assert.Equal([true, false], read.Select(judgement => judgement.IsAccepted));
        Assert.Contains("\"isAccepted\":false", File.ReadAllLines(VerdictPath)[1]);
    }

    [Fact]
    public void Write_JudgedAnew_ReplacesTheFileWhole()
    {
        VerdictFile.Write(VerdictPath, [RationaleFilterChain.Default.Judge(Records.Question, Records.Sample(0))]);
        var before = File.ReadAllText(VerdictPath);

        Assert.Throws<InvalidOperationException>(() => VerdictFile.Write(VerdictPath, Failing()));
        Assert.Equal(before, File.ReadAllText(VerdictPath));
        Assert.Equal([VerdictPath], Directory.GetFiles(_folder.Path));

        VerdictFile.Write(VerdictPath, [new RationaleFilterChain(new LengthFilter(50)).Judge(Records.Question, Records.Sample(0))]);
        Assert.False(Assert.Single(VerdictFile.Read(VerdictPath)).IsAccepted);

        static IEnumerable<RationaleJudgement> Failing()
        {
            yield return RationaleFilterChain.Default.Judge(Records.Question, Records.Sample(1));
            throw new InvalidOperationException();
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"key\":{\"questionHash\":\"a\",\"teacher\":\"t\"},\"verdicts\":null}")]
    [InlineData("{\"key\":{\"questionHash\":\"a\",\"teacher\":\"t\"},\"verdicts\":[{\"filter\":\"f\",\"verdict\":{\"kind\":\"Perhaps\"}}]}")]
    public void Read_BadRow_NamesFileAndLine(string row)
    {
        File.WriteAllText(VerdictPath, "\n" + row + "\n");

        var bad = Assert.Throws<BadRowException>(() => VerdictFile.Read(VerdictPath).ToList());

        Assert.Equal((VerdictPath, 2L), (bad.Path, bad.Line));
    }
}
