using SciCoT.Training;

namespace SciCoT.Tests.Training;

public class LearningRateTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.Constant, 99, 0, 1.0)]
    [InlineData(LearningRateSchedule.Constant, 0, 4, 0.25)]
    [InlineData(LearningRateSchedule.Constant, 3, 4, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 25, 0, 0.75)]
    [InlineData(LearningRateSchedule.Linear, 99, 0, 0.01)]
    [InlineData(LearningRateSchedule.Linear, 10, 20, 0.55)]
    [InlineData(LearningRateSchedule.Linear, 20, 20, 1.0)]
    [InlineData(LearningRateSchedule.Linear, 60, 20, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 0, 0, 1.0)]
    [InlineData(LearningRateSchedule.Cosine, 25, 0, 0.85355339059327373)]
    [InlineData(LearningRateSchedule.Cosine, 50, 0, 0.5)]
    [InlineData(LearningRateSchedule.Cosine, 60, 20, 0.5)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 3, 0, 0.5)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 4, 10, 0.5)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 10, 10, 1.0)]
    [InlineData(LearningRateSchedule.InverseSquareRoot, 40, 10, 0.5)]
    public void Factor_AfterSomeUpdatesOfAHundred_IsTheHandComputedValue(LearningRateSchedule schedule, int done, int warmup, double expected) =>
        Assert.Equal(expected, LearningRate.Factor(schedule, done, total: 100, warmup), 12);

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
