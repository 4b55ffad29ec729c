using SciCoT.Training;

namespace SciCoT.Tests.Training;

public class TrainingOptionsTests
{
    public static TheoryData<string, TrainingOptions> Bad => new()
    {
        { "TotalSteps", new() { TotalSteps = 0 } },
        { "Epochs", new() { Epochs = 0 } },
        { "BatchSize", new() { BatchSize = 0 } },
        { "TokensPerBatch", new() { TokensPerBatch = 0 } },
        { "GradientAccumulationSteps", new() { GradientAccumulationSteps = 0 } },
        { "LearningRate", new() { LearningRate = double.NaN } },
        { "LearningRate", new() { LearningRate = double.PositiveInfinity } },
        { "Optimizer", new() { Optimizer = (OptimizerKind)7 } },
        { "WeightDecay", new() { WeightDecay = -0.1 } },
        { "Beta1", new() { Beta1 = 1 } },
        { "Beta2", new() { Beta2 = -0.1 } },
        { "Epsilon", new() { Epsilon = 0 } },
        { "Schedule", new() { Schedule = (LearningRateSchedule)9 } },
        { "WarmupSteps", new() { WarmupSteps = -1 } },
        { "MaxGradientNorm", new() { MaxGradientNorm = 0 } },
        { "LabelSmoothing", new() { LabelSmoothing = 1 } },
        { "EvaluateEverySteps", new() { EvaluateEverySteps = 0 } },
        { "CheckpointEverySteps", new() { CheckpointEverySteps = 0 } },
        { "EarlyStoppingPatience", new() { EarlyStoppingPatience = 0 } },
        { "KeepCheckpoints", new() { KeepCheckpoints = 0 } },
        { "Adafactor", new() { Adafactor = null! } },
        { "Adafactor.ClipThreshold", new() { Adafactor = new() { ClipThreshold = 0 } } },
        { "Adafactor.DecayRate", new() { Adafactor = new() { DecayRate = 0.8 } } },
        { "Adafactor.Beta1", new() { Adafactor = new() { Beta1 = 1 } } },
        { "Adafactor.WarmupInit", new() { Adafactor = new() { WarmupInit = true } } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void Validate_OutOfRange_NamesTheProperty(string property, TrainingOptions options) =>
        Assert.StartsWith($"TrainingOptions.{property} must be ", Assert.Throws<ArgumentException>(options.Validate).Message);

    [Fact]
    public void Validate_Defaults_Passes() => new TrainingOptions().Validate();
}
