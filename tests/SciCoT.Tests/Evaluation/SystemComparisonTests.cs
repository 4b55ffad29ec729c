using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

public class SystemComparisonTests
{
    [Fact]
    public void Against_OneSeed_IsMcNemarsTest()
    {
        bool[] direct = [.. Enumerable.Range(0, 24).Select(i => i < 12)];
        bool[] better = [.. Enumerable.Range(0, 24).Select(i => i is >= 2 and < 22)];

        var comparison = Assert.Single(SystemComparison.Against([Outcomes.System("direct", 1, direct), Outcomes.System("two-stage", 1, better)], "direct"));

        Assert.Equal(new SeedMcNemar(1, 10, 2, McNemar.ExactPValue(10, 2)), Assert.Single(comparison.McNemar));
        Assert.Equal(0.03857421875, comparison.PValue, 1e-12);
        Assert.Equal(8 / 24.0, comparison.Difference.Difference, 1e-12);
        Assert.Equal(("two-stage", "direct", 24), (comparison.System, comparison.Baseline, comparison.Pairs));
    }

    [Fact]
    public void Against_SeveralSystems_AreCorrectedTogether()
    {
        SystemResult[] results =
        [
            Outcomes.System("direct", null, new bool[20]),
            Outcomes.System("a", null, [.. Enumerable.Range(0, 20).Select(i => i < 6)]),
            Outcomes.System("b", null, [.. Enumerable.Range(0, 20).Select(i => i < 8)]),
        ];

        var comparisons = SystemComparison.Against(results, "direct");

        Assert.Equal([2 * Math.Pow(2, -6), 2 * Math.Pow(2, -8)], comparisons.Select(comparison => comparison.PValue), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Holm.Adjust([.. comparisons.Select(comparison => comparison.PValue)]), comparisons.Select(comparison => comparison.HolmPValue));
    }

    [Fact]
    public void Against_SeveralSeeds_AQuestionsAnswersGoTogether()
    {
        // The same answers under five seeds are no more evidence than under one.
        bool[] direct = [.. Enumerable.Range(0, 30).Select(i => i % 3 == 0)];
        bool[] better = [.. Enumerable.Range(0, 30).Select(i => i % 3 == 0 || i % 4 == 0)];
        SystemResult[] one = [Outcomes.System("direct", 1, direct), Outcomes.System("x", 1, better)];
        SystemResult[] five = [.. Enumerable.Range(1, 5).SelectMany(seed => new[] { Outcomes.System("direct", seed, direct), Outcomes.System("x", seed, better) })];

        var (alone, together) = (SystemComparison.Against(one, "direct")[0], SystemComparison.Against(five, "direct")[0]);

        Assert.Equal(150, together.Pairs);
        Assert.Equal(5, together.McNemar.Count);
        Assert.Equal(alone.Difference.Interval.Low, together.Difference.Interval.Low, 1e-9);
        Assert.Equal(alone.Difference.PValue, together.PValue, 1e-9);
    }

    [Fact]
    public void Against_SystemWithoutSeed_MeetsEverySeed()
    {
        SystemResult[] results = [Outcomes.System("zero-shot", null, true, false), Outcomes.System("direct", 1, true, true), Outcomes.System("direct", 2, false, true)];

        Assert.Equal([1L, 2L], Assert.Single(SystemComparison.Against(results, "direct")).McNemar.Select(test => test.Seed));
    }

    [Fact]
    public void Against_WhatCannotBeCompared_SaysWhy()
    {
        Assert.Contains("'x' is none of", Assert.Throws<ArgumentException>(() => SystemComparison.Against([Outcomes.System("a", 1, true)], "x")).Message);
        Assert.Contains("same questions", Assert.Throws<ArgumentException>(() => SystemComparison.Against([Outcomes.System("a", 1, true), Outcomes.System("b", 1, true, true)], "a")).Message);
        Assert.Contains("no seed in common", Assert.Throws<ArgumentException>(() =>
            SystemComparison.Against([Outcomes.System("a", 1, true), Outcomes.System("a", 2, true), Outcomes.System("b", 3, true)], "a")).Message);
    }
}
