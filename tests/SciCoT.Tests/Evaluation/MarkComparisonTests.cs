using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class MarkComparisonTests
{
    private static readonly PublishedMark Bloom = new("BLOOM-176B", "ARC-Easy", "acc", 0.726, "its card") { StandardError = 0.0092 };

    [Theory]
    [InlineData(1800, 0.006549459591688811, MarkVerdict.Exceeds)]
    [InlineData(1760, 0.12593310512692357, MarkVerdict.NotShownToExceed)]
    [InlineData(1500, 1.223565269386647e-12, MarkVerdict.Below)]
    public void Compare_MarkWithError_IsTheTwoSampleTest(int right, double smaller, MarkVerdict verdict)
    {
        var comparison = MarkComparison.Compare("two-stage", right / 2376.0, 2376, Bloom);

        Assert.Equal(1, Math.Min(comparison.PValue, comparison.BelowPValue) / smaller, 1e-3);
        Assert.Equal(right < 1700, comparison.BelowPValue < comparison.PValue);
        Assert.Equal(verdict, comparison.Verdict);
        Assert.Equal(Proportion.Wilson(right, 2376), comparison.Interval);
    }

    [Fact]
    public void Compare_MarkWithQuestions_TakesTheErrorFromThem()
    {
        var mark = new PublishedMark("BLOOM-176B", "ARC-Challenge", "acc", 0.4113, "its card") { Questions = 1172 };

        var comparison = MarkComparison.Compare("two-stage", 500 / 1172.0, 1172, mark);

        // z = (0.42662 - 0.4113) / sqrt(0.42662 · 0.57338 / 1171 + 0.4113 · 0.5887 / 1171)
        double z = ((500 / 1172.0) - 0.4113) / Math.Sqrt(((500 / 1172.0 * (672 / 1172.0)) + (0.4113 * 0.5887)) / 1171);
        Assert.Equal(Tails.Normal(z), comparison.PValue, 1e-12);
        Assert.Contains("z-test", comparison.Test);
    }

    [Theory]
    [InlineData(4, 0.0625, 1, MarkVerdict.NotShownToExceed)]
    [InlineData(0, 1, 0.0625, MarkVerdict.NotShownToExceed)]
    public void Compare_ExactMark_FourTosses(int right, double above, double below, MarkVerdict verdict)
    {
        var comparison = MarkComparison.Compare("coin", right / 4.0, 4, new PublishedMark("a coin", "tosses", "acc", 0.5, "theory"));

        Assert.Equal((above, below), (Math.Round(comparison.PValue, 12), Math.Round(comparison.BelowPValue, 12)));
        Assert.Equal(verdict, comparison.Verdict);
        Assert.Contains("exact binomial", comparison.Test);
    }

    [Theory]
    [InlineData(5, MarkVerdict.Exceeds)] // 1/32
    [InlineData(3, MarkVerdict.NotShownToExceed)]
    [InlineData(0, MarkVerdict.Below)]
    public void Compare_ExactMark_FiveTosses(int right, MarkVerdict verdict) =>
        Assert.Equal(verdict, MarkComparison.Compare("coin", right / 5.0, 5, new PublishedMark("a coin", "tosses", "acc", 0.5, "theory")).Verdict);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Compare_AHandfulAllRight_ProvesNothing(int questions)
    {
        // The sample's own standard error is 0 there: the z-test alone would be sure.
        var comparison = MarkComparison.Compare("lucky", 1, questions, Bloom);

        Assert.Equal(Math.Pow(0.726, questions), comparison.PValue, 1e-12);
        Assert.Equal(MarkVerdict.NotShownToExceed, comparison.Verdict);
    }

    [Fact]
    public void Compare_MeanOverSeeds_IsRoundedAgainstTheVerdict()
    {
        var mark = new PublishedMark("a coin", "tosses", "acc", 0.5, "theory");

        var comparison = MarkComparison.Compare("seeds", 4.5 / 5, 5, mark);

        Assert.Equal(6 / 32.0, comparison.PValue, 1e-12); // 4 or more of 5
        Assert.Equal(1, comparison.BelowPValue, 1e-12); // 5 or fewer
    }

    [Fact]
    public void Sentence_SaysVerdictIntervalAndQuestions() => Assert.Equal(
        "two-stage exceeds BLOOM-176B (acc 72.6 %) on ARC-Easy: 75.8 % of 2,376 questions, 95 % interval 74.0 % to 77.4 %; p = 0.0065, one-sided two-sample z-test at 5 %.",
        MarkComparison.Compare("two-stage", 1800 / 2376.0, 2376, Bloom).Sentence);

    [Fact]
    public void Sentence_OfOthers_SaysSo()
    {
        Assert.Contains("is not shown to exceed BLOOM", MarkComparison.Compare("s", 1760 / 2376.0, 2376, Bloom).Sentence);
        Assert.Contains("is below BLOOM", MarkComparison.Compare("s", 0.25, 2376, Bloom).Sentence);
        Assert.Contains("; p < 0.0001, ", MarkComparison.Compare("s", 0.25, 2376, Bloom).Sentence);
    }

    [Fact]
    public void Compare_WrongNumbers_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkComparison.Compare("s", 1.2, 5, Bloom));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkComparison.Compare("s", double.NaN, 5, Bloom));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkComparison.Compare("s", 0.5, 0, Bloom));
    }

    [Fact]
    public void PublishedMarks_All_CarryAnErrorOrTheirQuestions()
    {
        Assert.All(PublishedMarks.All, mark => Assert.True(mark.StandardError is not null || mark.Questions is not null, mark.System));
        // Where a source states both, its error is that of its number of questions: the number was not guessed.
        PublishedMark[] both = [.. PublishedMarks.All.Where(mark => mark.StandardError is not null && mark.Questions is not null)];
        Assert.Equal(8, both.Length);
        Assert.All(both, mark => Assert.Equal(mark.StandardError!.Value, (mark with { StandardError = null }).Error!.Value, 5.1e-5));
    }
}
