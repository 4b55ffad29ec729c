using SciCoT.Teaching.Filters;
using SciCoT.Tests.Rationales;

namespace SciCoT.Tests.Teaching.Filters;

public class RationaleFilterTests
{
    private static readonly ScienceQuestion Question = Records.Question;

    [Theory]
    [InlineData(TeacherFinishReason.Complete, "Metals conduct.", VerdictKind.Accepted)]
    [InlineData(TeacherFinishReason.Complete, " \n", VerdictKind.Refused)]
    [InlineData(TeacherFinishReason.Truncated, "Metals con", VerdictKind.Refused)]
    [InlineData(TeacherFinishReason.Refused, "", VerdictKind.Refused)]
    [InlineData(TeacherFinishReason.Empty, "", VerdictKind.Refused)]
    public void Usable_ByEndAndText(TeacherFinishReason reason, string rationale, VerdictKind expected) =>
        Assert.Equal(expected, new UsableFilter().Judge(Question, Records.For(Question, rationale) with { FinishReason = reason }).Kind);

    [Theory]
    [InlineData("copper", false, VerdictKind.Accepted)]
    [InlineData(" copper ", true, VerdictKind.Accepted)]
    [InlineData("rubber", false, VerdictKind.Refused)]
    [InlineData("rubber", true, VerdictKind.Refused)]
    [InlineData(null, false, VerdictKind.Refused)]
    [InlineData(null, true, VerdictKind.NotApplicable)]
    public void Agreement_ByText(string? answer, bool revealed, VerdictKind expected) =>
        Assert.Equal(expected, new AgreementFilter().Judge(Question, Records.For(Question) with { AnswerText = answer, AnswerRevealed = revealed }).Kind);

    [Fact]
    public void Agreement_ShuffledSinceThen_ComparesTheTextNotTheLabel()
    {
        var shuffled = Question with { Choices = [new("A", "copper"), new("B", "rubber"), new("C", "wood")], AnswerLabel = "A" };

        Assert.Equal(Verdict.Accepted, new AgreementFilter().Judge(shuffled, Records.For(Question)));
    }

    [Fact]
    public void Agreement_NoGold_DoesNotApply() =>
        Assert.Equal(VerdictKind.NotApplicable, new AgreementFilter().Judge(Question with { AnswerLabel = null }, Records.For(Question)).Kind);

    [Fact]
    public void Agreement_OpenQuestion_OverlooksCase()
    {
        var open = ScienceQuestion.Create("What is Fe?") with { AnswerLabel = "iron" };

        Assert.Equal(Verdict.Accepted, new AgreementFilter().Judge(open, Records.For(open) with { AnswerText = "Iron" }));
        Assert.Equal(VerdictKind.Refused, new AgreementFilter().Judge(open, Records.For(open) with { AnswerText = "gold" }).Kind);
    }

    [Theory]
    [InlineData("Metals conduct, so (B) it is.")]
    [InlineData("Metals conduct [b].")]
    [InlineData("Rubber insulates. Option B conducts.")]
    [InlineData("Metals conduct. The answer is B.")]
    [InlineData("Metals conduct. Answer: b")]
    [InlineData("Metals conduct. The answer is therefore clear. The correct choice is \"C\".")]
    [InlineData("Options A and C are insulators.")]
    [InlineData("Option A is an insulator.")]
    [InlineData("The answer is A.")]
    [InlineData("Metals conduct, and so B is the correct answer.")]
    [InlineData("copper")]
    [InlineData("  Copper. ")]
    [InlineData("The answer is copper.")]
    [InlineData("So the correct answer is: copper")]
    public void AnswerLeak_LabelOrBareAnswer_IsRefused(string rationale) =>
        Assert.Equal(VerdictKind.Refused, new AnswerLeakFilter().Judge(Question, Records.For(Question, rationale)).Kind);

    [Theory]
    [InlineData("Copper is a metal, and metals conduct electricity well.")]
    [InlineData("Rubber and wood are insulators.")]
    [InlineData("Vitamin C is an acid, and B cells make antibodies.")]
    [InlineData("The best option a farmer has is irrigation.")]
    [InlineData("Answer: A metal lets charges move.")]
    [InlineData("The answer depends on the charges (electrons) that move.")]
    [InlineData("The answer is because metals have free electrons.")]
    [InlineData("")]
    public void AnswerLeak_ReasoningThatMentionsThings_IsAccepted(string rationale) =>
        Assert.Equal(Verdict.Accepted, new AnswerLeakFilter().Judge(Question, Records.For(Question, rationale)));

    [Theory]
    [InlineData("The answer is 4 times as much.", VerdictKind.Accepted)]
    [InlineData("There are 4 right angles.", VerdictKind.Accepted)]
    [InlineData("Steps: 1. Count. 2. Add.", VerdictKind.Accepted)]
    [InlineData("Choice 4 is larger.", VerdictKind.Refused)]
    [InlineData("It is larger (4).", VerdictKind.Refused)]
    public void AnswerLeak_DigitLabels_AreToldFromQuantities(string rationale, VerdictKind expected)
    {
        var question = new ScienceQuestion("q", "How much?", [new("1", "one part"), new("4", "all of it")]);

        Assert.Equal(expected, new AnswerLeakFilter().Judge(question, Records.For(question, rationale)).Kind);
    }

    [Fact]
    public void AnswerLeak_OpenQuestion_DoesNotApply()
    {
        var open = ScienceQuestion.Create("What is Fe?");

        Assert.Equal(VerdictKind.NotApplicable, new AnswerLeakFilter().Judge(open, Records.For(open, "The answer is A.")).Kind);
    }

    [Theory]
    [InlineData("one two", VerdictKind.Refused)]
    [InlineData("one\ntwo  three", VerdictKind.Accepted)]
    [InlineData("one two three four", VerdictKind.Accepted)]
    [InlineData("one two three four five", VerdictKind.Refused)]
    public void Length_Bounds_AreInclusive(string rationale, VerdictKind expected) =>
        Assert.Equal(expected, new LengthFilter(3, 4).Judge(Question, Records.For(Question, rationale)).Kind);

    [Fact]
    public void Length_BadBounds_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthFilter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthFilter(5, 4));
    }

    [Fact]
    public void Chain_EveryFilterIsHeard()
    {
        var judgement = RationaleFilterChain.Default.Judge(Question, Records.For(Question, "(B)") with { AnswerText = "wood" });

        Assert.False(judgement.IsAccepted);
        Assert.Equal(
            [("usable", VerdictKind.Accepted), ("agreement", VerdictKind.Refused), ("answer-leak", VerdictKind.Refused), ("length", VerdictKind.Refused)],
            judgement.Verdicts.Select(verdict => (verdict.Filter, verdict.Verdict.Kind)));
        Assert.All(judgement.Verdicts.Skip(1), verdict => Assert.NotEmpty(verdict.Verdict.Reason!));
    }

    [Fact]
    public void Chain_RecordOfAnotherQuestion_Throws() =>
        Assert.Throws<ArgumentException>(() => RationaleFilterChain.Default.Judge(ScienceQuestion.Create("Why?"), Records.For(Question)));

    [Fact]
    public void Chain_TwoFiltersOfOneName_Throws() =>
        Assert.Throws<ArgumentException>(() => new RationaleFilterChain(new LengthFilter(), new LengthFilter(1, 2)));

    [Fact]
    public void Report_CountsEachKindForEachFilter()
    {
        var chain = new RationaleFilterChain(new UsableFilter(), new AgreementFilter());
        var records = new[]
        {
            Records.For(Question),
            Records.For(Question, ""),
            Records.For(Question) with { AnswerText = null, AnswerRevealed = true },
            Records.For(Question, "") with { AnswerText = "wood" },
        };

        var report = RationaleFilterReport.Of(records.Select(record => chain.Judge(Question, record)));

        Assert.Equal((4, 2), (report.Judged, report.Accepted));
        Assert.Equal([new FilterCounts("usable", 2, 2, 0), new FilterCounts("agreement", 2, 1, 1)], report.Filters);
    }
}
