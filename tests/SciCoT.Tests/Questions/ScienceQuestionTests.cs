namespace SciCoT.Tests.Questions;

public class ScienceQuestionTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which metal rusts?", "iron", "gold") with { AnswerLabel = "A" };

    [Fact]
    public void ContentHash_ShuffledRelabelledRenamed_Stays()
    {
        var shuffled = new ScienceQuestion("other", " Which metal rusts? ", [new("1", "gold"), new("2", "iron ")]) { AnswerLabel = "2" };

        Assert.Equal(Question.ContentHash, shuffled.ContentHash);
        Assert.Matches("^[0-9a-f]{64}$", Question.ContentHash);
    }

    [Fact]
    public void ContentHash_OtherContent_Differs() =>
        Assert.Equal(5, new[]
        {
            Question,
            Question with { Context = "Iron is Fe." },
            Question with { Stem = "Which metal melts?" },
            Question with { Choices = [new("A", "iron")] },
            Question with { Choices = [new("A", "iron"), new("B", "gold"), new("C", "gold")] },
        }.Select(question => question.ContentHash).Distinct().Count());

    [Fact]
    public void ContentHash_PartsThatRunTogether_Differ() =>
        Assert.NotEqual(
            new ScienceQuestion("q", "a\u001fb", []).ContentHash,
            new ScienceQuestion("q", "a", []) { Context = "b" }.ContentHash);

    [Theory]
    [InlineData("C")]
    [InlineData("a")]
    [InlineData(" ")]
    public void Validate_LabelOfNoChoice_Throws(string label) =>
        Assert.Throws<ArgumentException>(() => (Question with { AnswerLabel = label }).Validate());

    [Fact]
    public void Choices_BadOnes_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Question with { Choices = [new("A", "x"), new("A", "y")] });
        Assert.Throws<ArgumentException>(() => Question with { Choices = [new(" ", "x")] });
        Assert.Throws<ArgumentException>(() => Question with { Choices = [new("A", "")] });
        Assert.Throws<ArgumentException>(() => Question with { Choices = [null!] });
    }

    [Fact]
    public void Equals_ChangedOrder_IsAnotherQuestion()
    {
        Assert.Equal(Question, Question with { Choices = [.. Question.Choices] });
        Assert.NotEqual(Question, Question with { Choices = [.. Question.Choices.Reverse()] });
    }
}
