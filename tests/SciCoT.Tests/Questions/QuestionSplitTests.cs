using SciCoT.Questions;

namespace SciCoT.Tests.Questions;

public class QuestionSplitTests
{
    private static readonly ScienceQuestion[] Questions = [.. Enumerable.Range(0, 1000).Select(i => ScienceQuestion.Create($"Which is number {i}?", "this", "that"))];

    [Fact]
    public void Create_Shares_AreAboutMetAndEveryQuestionIsInOnePart()
    {
        var split = QuestionSplit.Create(Questions, development: 0.1, test: 0.2);

        Assert.InRange(split.Development.Count, 70, 130);
        Assert.InRange(split.Test.Count, 160, 240);
        Assert.Equal(Questions.ToHashSet(), split.Training.Concat(split.Development).Concat(split.Test).ToHashSet());
        Assert.Equal(1000, split.Training.Count + split.Development.Count + split.Test.Count);
    }

    [Fact]
    public void Create_MoreQuestionsOrOtherOrderOfChoices_MovesNone()
    {
        var test = QuestionSplit.Create(Questions[..500], 0.1, 0.2).Test.Select(question => question.ContentHash).ToHashSet();
        var shuffled = Questions.Select(question => ScienceQuestion.Create(question.Stem, "that", "this"));

        Assert.Superset(test, QuestionSplit.Create(shuffled, 0.1, 0.2).Test.Select(question => question.ContentHash).ToHashSet());
        Assert.NotEqual(test, QuestionSplit.Create(Questions[..500], 0.1, 0.2, seed: 1).Test.Select(question => question.ContentHash).ToHashSet());
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(0, -0.1)]
    [InlineData(0.6, 0.5)]
    [InlineData(double.NaN, 0)]
    public void Create_BadShares_Throw(double validation, double test) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => QuestionSplit.Create(Questions, validation, test));
}
