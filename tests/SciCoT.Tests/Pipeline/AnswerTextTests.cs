namespace SciCoT.Tests.Pipeline;

/// <summary>What <c>Console.WriteLine(answer)</c> shows.</summary>
public class AnswerTextTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("What rusts?", "iron", "wood");

    [Fact]
    public void Answer_IsALineWithLabelTextConfidenceAndReasons()
    {
        var answer = new Answer(Question, "A", "iron", 0.934, [], ["Iron rusts.", "Iron rusts.", "Air is damp."], TimeSpan.FromSeconds(1));

        Assert.Equal("(A) iron (93 %), because: Iron rusts. | Air is damp.", answer.ToString());
    }

    [Fact]
    public void OpenAnswerWithoutReasons_IsItsTextAlone() =>
        Assert.Equal("iron (100 %)", new Answer(Question with { Choices = [] }, null, "iron", 1, [], [""], TimeSpan.Zero).ToString());

    [Fact]
    public void Question_IsItsStemAndChoices() => Assert.Equal("What rusts? (A) iron (B) wood", Question.ToString());
}
