using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class BreakdownTests
{
    [Fact]
    public void Subsets_ByChoiceCount_AreInOrderAndCounted()
    {
        QuestionOutcome[] outcomes = [.. new[] { 10, 4, 4, 3 }.Select((choices, i) => QuestionOutcome.Judge(Outcomes.Question(i, 0, choices), i < 2 ? "A" : "B", ""))];

        var subsets = SubsetAccuracy.By(outcomes, SubsetField.ChoiceCount);

        Assert.Equal([("3", 1, 0), ("4", 2, 1), ("10", 1, 1)], subsets.Select(subset => (subset.Value, subset.Accuracy.Count, subset.Accuracy.Correct)));
    }

    [Fact]
    public void Subsets_QuestionsWithoutTheField_AreLeftOut()
    {
        var grade = new SubsetField("grade", question => question.Id == "q1" ? null : "grade " + question.Id);

        Assert.Equal(["grade q0", "grade q2"], SubsetAccuracy.By([Outcomes.Answer(2, 0), Outcomes.Answer(1, 0), Outcomes.Answer(0, 0)], grade).Select(subset => subset.Value));
    }

    [Fact]
    public void Positions_CountGoldAgainstChosen_UnreadLast()
    {
        var unread = Outcomes.Answer(3, 0, gold: 2) with { Label = null };

        var positions = PositionConfusion.Of([Outcomes.Answer(1, 1, gold: 0), Outcomes.Answer(2, 0, gold: 0), unread])!;

        Assert.Equal([[1, 1, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]], positions.Counts);
        Assert.True(unread is { ExtractionFailed: true, IsCorrect: false });
        Assert.Null(PositionConfusion.Of([]));
    }

    [Fact]
    public void Distribution_Percentiles_AsNumpy()
    {
        var distribution = Distribution.Of([4, null, 1, 3, 2])!;

        // numpy.percentile([1, 2, 3, 4], [50, 90, 99])
        Assert.Equal((2.5, 2.5, 4.0), (distribution.Mean, distribution.Median, distribution.Max));
        Assert.Equal(3.7, distribution.P90, 1e-12);
        Assert.Equal(3.97, distribution.P99, 1e-12);
        Assert.Null(Distribution.Of([null]));
    }

    [Fact]
    public void Read_WrittenAnswer_FailureCountsAsWrong()
    {
        var question = ScienceQuestion.Create("Which is a metal?", "iron", "wood") with { AnswerLabel = "A" };

        var right = GenerativeEvaluator.Read(question, "Iron conducts. answer: iron");
        var unread = GenerativeEvaluator.Read(question, "I cannot tell");

        Assert.Equal((true, "A", "Iron conducts."), (right.IsCorrect, right.Label, right.Rationale));
        Assert.Equal((false, true, "I cannot tell"), (unread.IsCorrect, unread.ExtractionFailed, unread.Text));
    }
}
