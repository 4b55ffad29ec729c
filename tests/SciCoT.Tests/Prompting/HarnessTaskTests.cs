using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

public class HarnessTaskTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which melts first?", "ice", "iron") with { AnswerLabel = "A" };

    [Fact]
    public void Lay_Arc_IsQuestionAndAnswer()
    {
        var (context, continuations) = HarnessTask.ArcEasy.Lay(Question);

        Assert.Equal("Question: Which melts first?\nAnswer:", context);
        Assert.Equal([" ice", " iron"], continuations);
    }

    [Fact]
    public void Lay_OpenBookQa_IsTheStem() => Assert.Equal("Which melts first?", HarnessTask.OpenBookQa.Lay(Question).Context);

    [Theory]
    [InlineData("\n \u001fIce melts at 0.\n", "Ice melts at 0.\n\nQuestion: Which melts first?\nAnswer:")]
    [InlineData(null, "\nQuestion: Which melts first?\nAnswer:")]
    public void Lay_SciQ_PutsTheSupportFirst(string? support, string expected) =>
        Assert.Equal(expected, HarnessTask.SciQ.Lay(Question with { Context = support }).Context);

    [Fact]
    public void Lay_SpacesAtTheContextsEnd_GoToTheContinuations()
    {
        var (context, continuations) = HarnessTask.OpenBookQa.Lay(Question with { Stem = "Plants need \t" });

        Assert.Equal("Plants need", context);
        Assert.Equal([" \t ice", " \t iron"], continuations);
    }

    [Fact]
    public void Text_CommonsenseQa_ListsTheChoicesAndScoresLetters()
    {
        var question = ScienceQuestion.Create(" \u001cWhat melts?\n", "ice", "iron", "salt", "wood", "air") with { AnswerLabel = "C" };

        Assert.Equal("Question: What melts?\nA. ice\nB. iron\nC. salt\nD. wood\nE. air\nAnswer:", HarnessTask.CommonsenseQa.Text(question));
        Assert.Equal(["A", "B", "C", "D", "E"], HarnessTask.CommonsenseQa.Choices(question));
        Assert.EndsWith("Answer: C\n\n", HarnessTask.CommonsenseQa.Example(question));
    }

    [Fact]
    public void Text_CommonsenseQaWithFewerChoices_SaysWhich()
    {
        Assert.Contains(Question.Id, Assert.Throws<ArgumentException>(() => HarnessTask.CommonsenseQa.Text(Question)).Message);
        Assert.Contains("A to E", Assert.Throws<ArgumentException>(() => HarnessTask.CommonsenseQa.Choices(Question)).Message);
    }

    [Fact]
    public void Example_IsTextAnswerAndAnEmptyLine() =>
        Assert.Equal("Question: Which melts first?\nAnswer: ice\n\n", HarnessTask.ArcChallenge.Example(Question));

    [Fact]
    public void Find_NameOfTheHarness_OrNothing()
    {
        Assert.Same(HarnessTask.CommonsenseQa, HarnessTask.Find("commonsense_qa"));
        Assert.Null(HarnessTask.Find("hellaswag"));
        Assert.Equal(["arc_easy", "arc_challenge", "openbookqa", "sciq", "commonsense_qa"], HarnessTask.All.Select(task => task.Name));
    }

    [Theory]
    [InlineData("ice", 3)]
    [InlineData("5 °C", 4)]
    [InlineData("a 🔥", 3)] // one code point, two UTF-16 units
    public void NormalizingLength_CountsCodePoints(string text, int expected) =>
        Assert.Equal(expected, HarnessTask.NormalizingLength(new Choice("A", text)));
}
