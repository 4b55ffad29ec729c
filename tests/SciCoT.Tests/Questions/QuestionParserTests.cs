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

    [Theory]
    [InlineData("What melts first?\nOptions:\n- ice\n- iron")]
    [InlineData("What melts first?\r\n\r\nChoices:\r\n* ice\r\n* iron\r\n")]
    [InlineData("What melts first?\n**Answer choices:**\n\n• ice\n\n• iron")]
    public void Parse_BulletsUnderAHeading_AreLabelled(string text)
    {
        var question = ScienceQuestion.Parse(text);

        Assert.Equal("What melts first?", question.Stem);
        Assert.Equal([new("A", "ice"), new("B", "iron")], question.Choices);
    }

    [Theory]
    [InlineData("What melts first?\n- ice\n- iron")] // may be what the question speaks of
    [InlineData("Options:\n- ice\n- iron")]
    [InlineData("What melts first?\nOptions:\n- ice")]
    [InlineData("What melts first?\nOptions:\n- ice\n* iron")]
    [InlineData("What melts first?\nOptions:\n- ice\n- iron\nThink well.")]
    public void Parse_OtherBullets_AreText(string text) => Assert.Empty(ScienceQuestion.Parse(text).Choices);

    [Theory]
    [InlineData("What melts first? A) ice B) iron")]
    [InlineData("What melts first? [A] ice [B] iron")]
    [InlineData("What melts first? A. ice B. iron")]
    [InlineData("What melts first? A: ice B: iron")]
    [InlineData("What melts first? A) ice\nB) iron")]
    [InlineData("What melts first? （A）ice （B）iron")]
    [InlineData("What melts first?\nA) ice\tB) iron")]
    public void Parse_LabelsWithinALine_SplitsStemAndChoices(string text)
    {
        var question = ScienceQuestion.Parse(text);

        Assert.Equal("What melts first?", question.Stem);
        Assert.Equal([new("A", "ice"), new("B", "iron")], question.Choices);
    }

    [Theory]
    [InlineData("What melts first? 1. ice 2. iron 3. wax")]
    [InlineData("What melts first? 1) ice 2) iron 3) wax")]
    [InlineData("What melts first? [1] ice [2] iron [3] wax")]
    public void Parse_NumbersWithinALine_SplitsStemAndChoices(string text)
    {
        var question = ScienceQuestion.Parse(text);

        Assert.Equal("What melts first?", question.Stem);
        Assert.Equal([new("1", "ice"), new("2", "iron"), new("3", "wax")], question.Choices);
    }

    [Theory]
    [InlineData("Who was A. B. Smith?")]
    [InlineData("Does vitamin A. help?")]
    [InlineData("Is 1.5 m more than 2.5 m?")]
    [InlineData("A) and B) are what?")]
    [InlineData("What did J. R. Oppenheimer lead?")]
    [InlineData("Is the 1. of May before the 2. of June?")]
    public void Parse_MarksThatAreText_AreAnOpenQuestion(string text) => Assert.Empty(ScienceQuestion.Parse(text).Choices);

    [Fact]
    public void Parse_LongText_TakesTimeInProportion()
    {
        // Texts of this size that took quadratic time would not end within the test's patience.
        foreach (var part in new[] { "A. ", "(A) ", "1. ", "\n", " ", "[", "a) b) ", "A", "? 1. x 2. y " })
            Assert.NotNull(ScienceQuestion.Parse("Which? " + string.Concat(Enumerable.Repeat(part, 100_000))));
    }

    [Fact]
    public void Parse_DigitLabels_AreKept() =>
        Assert.Equal(["1", "2", "3"], ScienceQuestion.Parse("Pick one. (1) a star (2) a moon (3) a rock").Choices.Select(c => c.Label));

    [Fact]
    public void Parse_NoChoices_IsAnOpenQuestion() =>
        Assert.Empty(ScienceQuestion.Parse("Why does iron (a metal) rust?").Choices);

    /// <summary>A label alone is a word of the question more often than a choice without an alternative.</summary>
    [Theory]
    [InlineData("What rusts? (A) iron")]
    [InlineData("What is vitamin (A) good for?")]
    public void Parse_OneChoice_IsAnOpenQuestion(string text)
    {
        var question = ScienceQuestion.Parse(text);

        Assert.Empty(question.Choices);
        Assert.Equal(text, question.Stem);
    }

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
