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
        Assert.NotEqual(Means(seed: 1), Means(seed: 2));

        double[] Means(int seed) => ClusterBootstrap.Means(outcomes.Select(outcome => (outcome.Item1, outcome.Item2 ? 1.0 : 0.0)), seed, resamples: 500);
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

    [Theory]
    [InlineData(1725, 2376, 0.0092)] // BLOOM-176B on ARC-Easy, as published
    [InlineData(3, 4, 0.25)]
    [InlineData(1, 1, 0)]
    public void StandardError_OfTheSample_Agrees(int successes, int trials, double expected) =>
        Assert.Equal(expected, Proportion.StandardError(successes, trials), 4);

    [Fact]
    public void Means_MouseData_HaveTheTabulatedStandardError()
    {
        // Efron and Tibshirani 1993, table 2.2: the bootstrap's standard error of the treated mice's mean is 23.36 in the limit.
        double[] days = [94, 197, 16, 38, 99, 141, 23];

        var means = ClusterBootstrap.Means(days.Select((value, i) => ($"{i}", value)), seed: 1, resamples: 40_000);

        double mean = means.Average();
        Assert.Equal(86.86, mean, 0.5);
        Assert.Equal(23.36, Math.Sqrt(means.Average(value => (value - mean) * (value - mean))), 0.3);
    }

    [Fact]
    public void Mean_FewValues_HasTheQuantilesOfAllResamples()
    {
        double[] values = [0, 1, 3, 10];
        double[] all = [.. (from a in values from b in values from c in values from d in values select (a + b + c + d) / 4).Order()];

        var interval = ClusterBootstrap.Mean(values.Select((value, i) => ($"{i}", value)), seed: 3, resamples: 50_000, confidence: 0.8);

        // The 26th and the 231st of 256, well inside steps of the distribution.
        Assert.Equal(new Interval(all[25], all[230]), interval);
    }

    [Fact]
    public void PairedBootstrap_FewPairs_HasTheShareOfAllResamples()
    {
        // Differences 1, 1, 1, -1: of 4⁴ resamples those with a sum of 0 or less have at least two -1 among four draws.
        double expected = Enumerable.Range(0, 256).Count(i => Enumerable.Range(0, 4).Sum(draw => (i >> (2 * draw)) % 4 == 3 ? -1 : 1) <= 0) / 256.0;
        (string, double, double)[] pairs = [("a", 1, 0), ("b", 1, 0), ("c", 1, 0), ("d", 0, 1)];

        var difference = PairedBootstrap.Difference(pairs, seed: 2, resamples: 50_000);

        Assert.Equal(0.5, difference.Difference);
        Assert.Equal(2 * expected, difference.PValue, 0.01);
        Assert.Equal(difference, PairedBootstrap.Difference(pairs, seed: 2, resamples: 50_000));
    }

    [Fact]
    public void PairedBootstrap_EqualSystems_IsNoDifference()
    {
        var difference = PairedBootstrap.Difference(Enumerable.Range(0, 50).Select(i => ($"{i}", i % 2 * 1.0, i % 2 * 1.0)), seed: 1, resamples: 500);

        Assert.Equal((0, new Interval(0, 0), 1), (difference.Difference, difference.Interval, difference.PValue));
    }

    [Fact]
    public void PairedBootstrap_OneSided_IsAsSmallAsTheDrawsAllow()
    {
        var difference = PairedBootstrap.Difference(Enumerable.Range(0, 50).Select(i => ($"{i}", 1.0, 0.0)), seed: 1, resamples: 999);

        Assert.Equal(0.002, difference.PValue, 1e-12);
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Difference([], seed: 1));
    }

    [Theory]
    [InlineData(new[] { 0.01, 0.04, 0.03, 0.005 }, new[] { 0.03, 0.06, 0.06, 0.02 })] // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    [InlineData(new[] { 0.5, 0.9 }, new[] { 1.0, 1.0 })]
    [InlineData(new[] { 0.04 }, new[] { 0.04 })]
    [InlineData(new double[0], new double[0])]
    public void Holm_TabulatedCases_Agree(double[] pValues, double[] expected) =>
        Assert.All(Holm.Adjust(pValues), (p, i) => Assert.Equal(expected[i], p, 1e-12));

    [Fact]
    public void Holm_NoProbability_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Holm.Adjust([0.1, double.NaN]));

    /// <summary>Groups that are right or wrong as a whole, every other one.</summary>
    private static (string Group, bool IsCorrect)[] Outcomes(int groups, int size) =>
        [.. from g in Enumerable.Range(0, groups) from _ in Enumerable.Range(0, size) select ($"g{g}", g % 2 == 0)];

    private static double Width(Interval interval) => interval.High - interval.Low;
}
