using SciCoT.Training;
using SciCoT.Training.Plans;

namespace SciCoT.Tests.Training;

public class LearningRateTests
{
    /// <summary>
    /// The factors of <c>get_scheduler</c> at some updates of a hundred, by the formulas of transformers: linear warm-up from 0, then
    /// 1; (total − step) / (total − warm-up); half a cosine; 1/√((step + timescale − warm-up) / timescale), timescale warm-up or 10,000.
    /// </summary>
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.Constant, 0, 4, 0.0)]
    [InlineData(LearningRateSchedule.Constant, 1, 4, 0.25)]
    [InlineData(LearningRateSchedule.Constant, 3, 4, 0.75)]
    [InlineData(LearningRateSchedule.Constant, 4, 4, 1.0)]
    [InlineData(LearningRateSchedule.Constant, 99, 4, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 25, 0, 0.75)]
    [InlineData(LearningRateSchedule.Linear, 99, 0, 0.01)]
    [InlineData(LearningRateSchedule.Linear, 0, 20, 0.0)]
    [InlineData(LearningRateSchedule.Linear, 10, 20, 0.5)]
    [InlineData(LearningRateSchedule.Linear, 19, 20, 0.95)]
    [InlineData(LearningRateSchedule.Linear, 20, 20, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 60, 20, 0.5)]
    [InlineData(LearningRateSchedule.Linear, 99, 20, 0.0125)]
    [InlineData(LearningRateSchedule.Cosine, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.Cosine, 25, 0, 0.85355339059327373)]
    [InlineData(LearningRateSchedule.Cosine, 50, 0, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 5, 20, 0.25)]
    [InlineData(LearningRateSchedule.Cosine, 60, 20, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 99, 20, 0.0003854818796385495)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 99, 0, 0.9950864531349993)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 4, 10, 0.4)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 10, 10, 1.0)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 20, 10, 0.70710678118654757)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 40, 10, 0.5)]
    [InlineData(LearningRateSchedule.Constant, 99, 200, 0.495)] // a training that ends within its warm-up
    [InlineData(LearningRateSchedule.Linear, 50, 200, 0.25)]
    [InlineData(LearningRateSchedule.Linear, 99, 101, 0.98019801980198018)]
    [InlineData(LearningRateSchedule.Cosine, 75, 150, 0.5)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 25, 1000, 0.025)]
    public void Factor_IsThatOfGetScheduler(LearningRateSchedule schedule, int done, int warmup, double expected) =>
        Assert.Equal(expected, LearningRate.Factor(schedule, done, total: 100, warmup), 12);

    /// <summary>The lambdas of transformers' <c>optimization.py</c>, written out as they stand there.</summary>
    [Fact]
    public void Factor_AtEveryUpdateOfManyTrainings_IsThatOfGetScheduler()
    {
        foreach (var (warmup, total) in new[] { (0, 1), (1, 1), (5, 1), (0, 2), (1, 2), (2, 2), (3, 10), (10, 10), (25, 10), (9, 10), (0, 100), (100, 1000), (999, 1000), (1000, 1000) })
        {
            for (int step = 0; step < total; step++)
            {
                double rise = (double)step / Math.Max(1, warmup), progress = (double)(step - warmup) / Math.Max(1, total - warmup);
                double scale = warmup == 0 ? 10_000 : warmup;
                Assert.Equal(step < warmup ? rise : 1, LearningRate.Factor(LearningRateSchedule.Constant, step, total, warmup), 12);
                Assert.Equal(step < warmup ? rise : Math.Max(0, (double)(total - step) / Math.Max(1, total - warmup)), LearningRate.Factor(LearningRateSchedule.Linear, step, total, warmup), 12);
                Assert.Equal(step < warmup ? rise : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * 0.5 * 2 * progress))), LearningRate.Factor(LearningRateSchedule.Cosine, step, total, warmup), 12);
                Assert.Equal(step < warmup ? rise : 1 / Math.Sqrt((step + (scale - warmup)) / scale), LearningRate.Factor(LearningRateSchedule.InverseSquareRoot, step, total, warmup), 12);
            }
        }
    }

    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 4, 0.25)]
    [InlineData(LearningRateSchedule.Constant, 3, 4, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 10, 20, 0.55)]
    [InlineData(LearningRateSchedule.Linear, 20, 20, 1.0)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 3, 0, 0.5)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 4, 10, 0.5)]
    public void Factor_WithoutTheZero_RisesToThePeakInTheLastUpdateOfTheWarmup(LearningRateSchedule schedule, int done, int warmup, double expected) =>
        Assert.Equal(expected, LearningRate.Factor(schedule, done, total: 100, warmup, fromZero: false, timescale: warmup > 0 ? null : 1), 12);

    [Fact]
    public void Of_TakesTheOptionsOfTheConvention()
    {
        var options = new TrainingOptions { LearningRate = 2, Schedule = LearningRateSchedule.InverseSquareRoot, WarmupSteps = 4 };
        Assert.Equal([0, 0.5, 1, 1.5, 2], Enumerable.Range(0, 5).Select(done => LearningRate.Of(options, done, 100)));
        Assert.Equal([0.5, 1, 1.5, 2, 2], Enumerable.Range(0, 5).Select(done => LearningRate.Of(options with { WarmupFromZero = false }, done, 100)));
        Assert.Equal(1, LearningRate.Of(options with { WarmupSteps = 0, InverseSquareRootTimescale = 1 }, 3, 100));
    }

    [Fact]
    public void Of_MultipliesThePeak() =>
        Assert.Equal(0.001, LearningRate.Of(new TrainingOptions { LearningRate = 0.002, Schedule = LearningRateSchedule.Linear }, done: 5, total: 10), 15);

    [Theory]
    [InlineData(1, false, 1e-2)]
    [InlineData(10_000, false, 1e-2)]
    [InlineData(40_000, false, 5e-3)]
    [InlineData(1, true, 1e-6)]
    [InlineData(100, true, 1e-4)]
    [InlineData(1_000_000, true, 1e-3)]
    public void Of_AdafactorWithRelativeStep_IgnoresPeakAndSchedule(int step, bool warmup, double expected)
    {
        var options = new TrainingOptions { Optimizer = OptimizerKind.Adafactor, Adafactor = new() { RelativeStep = true, WarmupInit = warmup } };

        Assert.Equal(expected, LearningRate.Of(options, done: step - 1, total: 2_000_000), 12);
    }
}
