using SciCoT.Evaluation;

namespace SciCoT.Tests.Evaluation;

/// <summary>Against sums of whole-number fractions, and Python's erfc.</summary>
public class TailsTests
{
    [Theory]
    [InlineData(0, 5, 0.3, 1)]
    [InlineData(1, 5, 0.3, 0.83193)]
    [InlineData(5, 5, 0.3, 0.00243)]
    [InlineData(3, 10, 0.726, 0.9991809064533752)]
    [InlineData(9, 10, 0.726, 0.19420398832679253)]
    [InlineData(80, 100, 0.726, 0.0576115710057152)]
    [InlineData(1800, 2376, 0.726, 0.0002623892811873363)]
    [InlineData(1600, 2376, 0.726, 0.9999999928926881)]
    [InlineData(500, 2376, 0.726, 1)]
    [InlineData(2300, 2376, 0.726, 1.680170184519607e-218)]
    [InlineData(1, 5, 0, 0)]
    [InlineData(5, 5, 1, 1)]
    [InlineData(6, 5, 0.5, 0)]
    public void Binomial_UpperTail_AsFractions(int successes, int trials, double chance, double expected) =>
        Assert.Equal(1, expected == 0 ? 1 + Tails.Binomial(successes, trials, chance) : Tails.Binomial(successes, trials, chance) / expected, 1e-9);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.3085375387259869)]
    [InlineData(1.6448536269514722, 0.05000000000000007)]
    [InlineData(3, 0.0013498980316300957)]
    [InlineData(4.9, 4.791832765903205e-07)]
    [InlineData(5.1, 1.6982674071476037e-07)]
    [InlineData(10, 7.619853024160593e-24)]
    [InlineData(30, 4.906713927148764e-198)]
    [InlineData(-1, 0.8413447460685429)]
    [InlineData(-6, 0.9999999990134123)]
    public void Normal_UpperTail_AsErfc(double value, double expected) => Assert.Equal(1, Tails.Normal(value) / expected, 1e-8);
}
