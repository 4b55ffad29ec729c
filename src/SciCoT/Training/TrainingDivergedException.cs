namespace SciCoT.Training;

/// <summary>A loss or gradient norm is not a finite number. The update was not applied.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(int step, IReadOnlyList<string> exampleIds, double loss, double gradientNorm)
        : base($"Step {step}: the loss is {loss}, the gradient norm {gradientNorm}; the update was not applied. "
            + $"Batch: {string.Join(", ", exampleIds)}. "
            + $"Lower {nameof(TrainingOptions.LearningRate)}, add {nameof(TrainingOptions.WarmupSteps)}, set {nameof(TrainingOptions.MaxGradientNorm)}, and check that the model's weights are finite.")
    {
        Step = step;
        ExampleIds = exampleIds;
    }

    /// <summary>The step that failed, from 1.</summary>
    public int Step { get; }

    /// <summary>The examples of its batches.</summary>
    public IReadOnlyList<string> ExampleIds { get; }
}
