using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class StatisticsTests
{
    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(81, 263, 0.2553, 0.3662)] // Newcombe 1998, table I, method 3
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_TabulatedCase_Agrees(int successes, int trials, double low, double high)
    {
        var interval = Proportion.Wilson(successes, trials);

        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Wilson_NoTrials_SaysNothing() => Assert.Equal(new Interval(0, 1), Proportion.Wilson(0, 0));

    [Theory]
    [InlineData(-1, 10)]
    [InlineData(11, 10)]
    [InlineData(0, -1)]
    public void Wilson_ImpossibleCounts_Throw(int successes, int trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Proportion.Wilson(successes, trials));

    [Theory]
    [InlineData(10, 2, 0.03857421875)]
    [InlineData(2, 10, 0.03857421875)]
    [InlineData(5, 0, 0.0625)]
    [InlineData(7, 7, 1)]
    [InlineData(8, 7, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    public void McNemar_SmallCounts_AreExact(int onlyFirst, int onlySecond, double expected) =>
        Assert.Equal(expected, McNemar.ExactPValue(onlyFirst, onlySecond), 1e-12);

    [Theory]
    [InlineData(550, 450)]
    [InlineData(5200, 4800)]
    public void McNemar_LargeCounts_AgreeWithWholeNumberArithmetic(int onlyFirst, int onlySecond)
    {
        int n = onlyFirst + onlySecond;
        System.Numerics.BigInteger tail = 0, term = 1;
        for (int k = 0; k <= onlySecond; k++)
        {
            tail += term;
            term = term * (n - k) / (k + 1);
        }

        double expected = Math.Exp(System.Numerics.BigInteger.Log(tail) - (n - 1) * Math.Log(2));
        Assert.Equal(1, McNemar.ExactPValue(onlyFirst, onlySecond) / expected, 1e-9);
    }

    [Fact]
    public void McNemar_HugeOneSidedCounts_AreNearZeroNotNaN() =>
        Assert.Equal(0, McNemar.ExactPValue(int.MaxValue, 3));

    [Fact]
    public void McNemar_NegativeCount_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemar.ExactPValue(-1, 3));

    [Fact]
    public void AccuracyReport_OfOutcomes_CountsThem()
    {
        var report = AccuracyReport.Of([true, false, true, true]);

        Assert.Equal((4, 3, 0.75, Proportion.Wilson(3, 4)), (report.Count, report.Correct, report.Accuracy, report.Interval));
        Assert.Throws<ArgumentOutOfRangeException>(() => AccuracyReport.Of([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AccuracyReport(3, 4));
    }

    [Fact]
    public void ClusterBootstrap_SameSeed_SameInterval()
    {
        var outcomes = Outcomes(groups: 40, size: 5);

        Assert.Equal(ClusterBootstrap.Accuracy(outcomes, seed: 1, resamples: 500), ClusterBootstrap.Accuracy(outcomes, seed: 1, resamples: 500));
        Assert.NotEqual(ClusterBootstrap.Accuracy(outcomes, seed: 1, resamples: 500), ClusterBootstrap.Accuracy(outcomes, seed: 2, resamples: 500));
    }

    [Fact]
    public void ClusterBootstrap_GroupsOfOne_IsNearWilson()
    {
        var outcomes = Enumerable.Range(0, 400).Select(i => ($"g{i}", i % 4 != 0));

        var interval = ClusterBootstrap.Accuracy(outcomes, seed: 7, resamples: 4000);

        var wilson = Proportion.Wilson(300, 400);
        Assert.Equal(wilson.Low, interval.Low, 0.01);
        Assert.Equal(wilson.High, interval.High, 0.01);
    }

    [Fact]
    public void ClusterBootstrap_AnswersThatGoTogether_WidenTheInterval()
    {
        var clustered = Outcomes(groups: 40, size: 10);
        var independent = clustered.Select((outcome, i) => ($"g{i}", outcome.IsCorrect));

        Assert.True(Width(ClusterBootstrap.Accuracy(clustered, 3, 2000)) > 2 * Width(ClusterBootstrap.Accuracy(independent, 3, 2000)));
    }

    [Fact]
    public void ClusterBootstrap_OneGroup_IsItsAccuracy() =>
        Assert.Equal(new Interval(0.5, 0.5), ClusterBootstrap.Accuracy([("g", true), ("g", false)], seed: 0, resamples: 10));

    [Fact]
    public void ClusterBootstrap_BadArguments_Throw()
    {
        Assert.Throws<ArgumentException>(() => ClusterBootstrap.Accuracy([], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusterBootstrap.Accuracy([("g", true)], 0, resamples: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusterBootstrap.Accuracy([("g", true)], 0, confidence: double.NaN));
    }

    /// <summary>Groups that are right or wrong as a whole, every other one.</summary>
    private static (string Group, bool IsCorrect)[] Outcomes(int groups, int size) =>
        [.. from g in Enumerable.Range(0, groups) from _ in Enumerable.Range(0, size) select ($"g{g}", g % 2 == 0)];

    private static double Width(Interval interval) => interval.High - interval.Low;
}
