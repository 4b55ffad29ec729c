using SciCoT.Prompting;
using SciCoT.Questions;

namespace SciCoT.Tests.Questions;

/// <summary>Files and replies name a choice in the same ways.</summary>
public class ChoiceLabelTests
{
    [Theory]
    [InlineData("A B C", "B", "B")]
    [InlineData("A B C", "(b)", "B")]
    [InlineData("(A) (B) (C)", "B", "(B)")]
    [InlineData("A. B. C.", "[B]", "B.")]
    [InlineData("a b c", "(B)", "b")]
    [InlineData("1 2 3", "B", "2")]
    [InlineData("1. 2. 3.", "(B)", "2.")]
    public void WrittenLabel_NamesTheSameChoiceInAFileAndInAReply(string labels, string written, string expected)
    {
        Choice[] choices = [.. labels.Split(' ').Zip(["iron", "wood", "glass"], (label, text) => new Choice(label, text))];

        Assert.Equal(expected, AnswerFields.Label(written, choices, () => null, problem => throw new InvalidOperationException(problem)));
        Assert.Equal(expected, AnswerExtraction.Read(new ScienceQuestion("q", "What rusts?", choices), $"Reasons. The answer is {written}.").AnswerLabel);
    }

    [Theory]
    [InlineData("A B C", "D")]
    [InlineData("1 2 3", "D")]
    [InlineData("a A b", "(é)")]
    public void WrittenLabel_ThatIsNone_IsRefusedByBoth(string labels, string written)
    {
        Choice[] choices = [.. labels.Split(' ').Zip(["iron", "wood", "glass"], (label, text) => new Choice(label, text))];

        Assert.Throws<BadRowException>(() => AnswerFields.Label(written, choices, () => null, problem => new BadRowException("f", 1, "answer", problem)));
        Assert.Null(AnswerExtraction.Read(new ScienceQuestion("q", "What rusts?", choices), $"Reasons. The answer is {written}.").AnswerLabel);
    }

    [Fact]
    public void Place_HasALabel() => Assert.Equal(["A", "Z", "27"], new[] { 0, 25, 26 }.Select(ChoiceLabels.OfPlace));
}
