namespace SciCoT.Tests.Questions;

public class QuestionParserTests
{
    [Fact]
    public void Parse_ParenthesisedLabels_SplitsStemAndChoices()
    {
        var question = ScienceQuestion.Parse("Which material conducts electricity best? (A) rubber (B) copper (C) wood");

        Assert.Equal("Which material conducts electricity best?", question.Stem);
        Assert.Equal([new("A", "rubber"), new("B", "copper"), new("C", "wood")], question.Choices);
    }

    [Theory]
    [InlineData("What melts first?\nA. ice\nB. iron")]
    [InlineData("What melts first?\r\nA) ice\r\nB) iron")]
    [InlineData("What melts first?\n A: ice\n B: iron")]
    public void Parse_LabelledLines_SplitsStemAndChoices(string text)
    {
        var question = ScienceQuestion.Parse(text);

        Assert.Equal("What melts first?", question.Stem);
        Assert.Equal([new("A", "ice"), new("B", "iron")], question.Choices);
    }

    [Fact]
    public void Parse_DigitLabels_AreKept() =>
        Assert.Equal(["1", "2", "3"], ScienceQuestion.Parse("Pick one. (1) a star (2) a moon (3) a rock").Choices.Select(c => c.Label));

    [Fact]
    public void Parse_NoChoices_IsAnOpenQuestion() =>
        Assert.Empty(ScienceQuestion.Parse("Why does iron (a metal) rust?").Choices);

    [Theory]
    [InlineData("Which food has vitamin (A)? (A) carrot (B) salt", "Which food has vitamin (A)?", "carrot", "salt")]
    [InlineData("Compare (A) and (B). Which wins? (A) ice (B) iron", "Compare (A) and (B). Which wins?", "ice", "iron")]
    [InlineData("What melts? (A) ice (B) salt, as in (B) (C) iron", "What melts?", "ice", "salt, as in (B)", "iron")]
    [InlineData("What melts? (A) ice (B) iron, not (A)", "What melts?", "ice", "iron, not (A)")]
    public void Parse_LabelsInTheText_StayText(string text, string stem, params string[] choices)
    {
        var question = ScienceQuestion.Parse(text);

        Assert.Equal(stem, question.Stem);
        Assert.Equal(choices, question.Choices.Select(choice => choice.Text));
    }

    [Theory]
    [InlineData("  ")]
    [InlineData("(A) ice (B) iron")]
    [InlineData("What melts first? (A) (B) iron")]
    public void Parse_NoQuestion_Throws(string text) =>
        Assert.Throws<InvalidQuestionException>(() => ScienceQuestion.Parse(text));
}
