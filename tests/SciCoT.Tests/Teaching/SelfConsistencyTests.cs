using SciCoT.Rationales;
using SciCoT.Teaching;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching;

public class SelfConsistencyTests
{
    private static readonly ScienceQuestion Question = Records.Question;

    [Fact]
    public void Vote_Majority_WinsUnderTheLabelOfThisPrinting()
    {
        var shuffled = new ScienceQuestion("x", Question.Stem, [new("1", "wood"), new("2", "rubber"), new("3", "copper")]);

        var vote = SelfConsistency.Vote(shuffled, [Voter(0, "copper"), Voter(1, "wood"), Voter(2, " copper "), Voter(3, "copper")]);

        Assert.Equal(("3", 4, 0.75), (vote.AnswerLabel, vote.Votes, vote.Agreement));
        Assert.Equal([0, 2, 3], vote.Agreeing.Select(record => record.SampleIndex));
        Assert.Equal([KeyValuePair.Create("copper", 3), KeyValuePair.Create("wood", 1)], vote.Counts);
    }

    [Fact]
    public void Vote_Tie_IsNotBroken()
    {
        var vote = SelfConsistency.Vote(Question, [Voter(0, "copper"), Voter(1, "wood")]);

        Assert.Equal((null, 2, 0.0), (vote.AnswerLabel, vote.Votes, vote.Agreement));
        Assert.Empty(vote.Agreeing);
    }

    [Fact]
    public void Vote_ThoseWithoutAnAnswerOfTheirOwn_DoNotVote()
    {
        var vote = SelfConsistency.Vote(Question,
        [
            Voter(0, "wood") with { AnswerRevealed = true },
            Voter(1, "wood") with { FinishReason = TeacherFinishReason.Truncated },
            Voter(2, null),
            Voter(3, "gold"),
            Voter(4, "wood"),
            Voter(4, "copper") with { Attempt = 1 },
        ]);

        Assert.Equal(("B", 1), (vote.AnswerLabel, vote.Votes));
        Assert.Equal((null, 0, 0.0), SelfConsistency.Vote(Question, []) is var none ? (none.AnswerLabel, none.Votes, none.Agreement) : default);
    }

    [Fact]
    public void Vote_OpenQuestion_OverlooksCase_ChoicesDoNot()
    {
        var open = ScienceQuestion.Create("What is Fe?");
        Assert.Equal("iron", SelfConsistency.Vote(open, [Voter(0, "iron", open), Voter(1, "Iron", open), Voter(2, "gold", open)]).AnswerLabel);

        var units = ScienceQuestion.Create("Which is a million metres?", "mm", "Mm");
        Assert.Equal("B", SelfConsistency.Vote(units, [Voter(0, "mm", units), Voter(1, "Mm", units), Voter(2, "Mm", units)]).AnswerLabel);
    }

    [Fact]
    public void Vote_RecordOfAnotherQuestion_Throws() =>
        Assert.Throws<ArgumentException>(() => SelfConsistency.Vote(ScienceQuestion.Create("Why?"), [Voter(0, "copper")]));

    private static RationaleRecord Voter(int sample, string? answer, ScienceQuestion? question = null) =>
        Records.For(question ?? Question, sample: sample) with { AnswerText = answer };
}
