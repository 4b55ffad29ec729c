using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

public class ChoiceExtractorTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which is a metal?", "an iron nail", "A pebble", "a wool sock", "the environment");

    [Theory]
    [InlineData("an iron nail", "A")]
    [InlineData("An iron nail.", "A")]
    [InlineData("a pebble", "B")] // not the label A
    [InlineData("C", "C")]
    [InlineData("c", "C")]
    [InlineData("(B)", "B")]
    [InlineData("B. because it is hard", "B")]
    [InlineData("C) a wool sock", "C")]
    [InlineData("So the answer is (A).", "A")]
    [InlineData("The answer is B.", "B")]
    [InlineData("Answer: D", "D")]
    [InlineData("It must be (D), I think", "D")]
    [InlineData("It is surely the iron nail: an iron nail rusts", "A")]
    public void Extract_Decided_TheChoice(string text, string label) =>
        Assert.Equal(label, ChoiceExtractor.Extract(Question, text)?.Label);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("I do not know")]
    [InlineData("an iron nail or a wool sock")]
    [InlineData("either (A) or (B)")]
    [InlineData("E")]
    [InlineData("A stone is hard")] // no label
    [InlineData("an environmental nail")]
    public void Extract_Undecided_Nothing(string text) => Assert.Null(ChoiceExtractor.Extract(Question, text));

    [Fact]
    public void Extract_ChoicesOfOneText_Nothing() =>
        Assert.Null(ChoiceExtractor.Extract(ScienceQuestion.Create("Which?", "ice", "Ice"), "ice"));
}
