using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

public class QuestionOverlapTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which metal rusts?", "iron", "gold");

    [Fact]
    public void Find_OtherCaseSpacePunctuationAndOrder_IsAPair()
    {
        var set = ScienceQuestion.Create("  which  METAL rusts ", "Gold.", "Iron.");

        Assert.Equal([new QuestionOverlap(Question, set)], QuestionOverlap.Find([Question], [set]));
    }

    [Theory]
    [InlineData("Which metal rusts?", "iron", "silver")]
    [InlineData("Which metal rusts?", "iron", "gold", "lead")]
    [InlineData("Which metal melts?", "iron", "gold")]
    public void Find_OtherWords_IsNoPair(string stem, params string[] choices) =>
        Assert.Empty(QuestionOverlap.Find([Question], [ScienceQuestion.Create(stem, choices)]));

    [Fact]
    public void Find_OtherContextOrSymbol_IsNoPair()
    {
        Assert.Empty(QuestionOverlap.Find([Question], [Question with { Context = "Iron is Fe." }]));
        Assert.Empty(QuestionOverlap.Find([ScienceQuestion.Create("Is it Na or Na+?")], [ScienceQuestion.Create("Is it Na or Na?")]));
    }

    [Fact]
    public void Find_SeveralMatches_GivesEveryPair() =>
        Assert.Equal(4, QuestionOverlap.Find([Question, Question with { Id = "x" }], [Question, Question with { Id = "y" }]).Count);

    [Fact]
    public void Find_PublishedSplits_AreDisjoint()
    {
        var train = ArcReader.Read(TestFiles.Shared("data", "arc", "ARC-Easy-Train.jsonl"));
        var dev = ArcReader.Read(TestFiles.Shared("data", "arc", "ARC-Easy-Dev.jsonl"));

        Assert.Empty(QuestionOverlap.Find(train, dev));
    }
}
