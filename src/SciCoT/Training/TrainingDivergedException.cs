namespace SciCoT.Training;

/// <summary>A loss or gradient norm is not a finite number. The update was not applied.</summary>
public sealed class TrainingDivergedException : SciCoTException
{
    internal TrainingDivergedException(int step, IReadOnlyList<string> exampleIds, double loss, double gradientNorm, IReadOnlyList<string> parameters)
        : base($"Step {step}: the loss is {loss}, the gradient norm {gradientNorm}{Named(parameters)}; the update was not applied. "
            + $"Batch: {string.Join(", ", exampleIds)}. "
            + $"Lower {nameof(TrainingOptions.LearningRate)}, add {nameof(TrainingOptions.WarmupSteps)}, set {nameof(TrainingOptions.MaxGradientNorm)}, and check that the model's weights are finite.")
    {
        Step = step;
        ExampleIds = exampleIds;
        Parameters = parameters;
    }

    /// <summary>The step that failed, from 1.</summary>
    public int Step { get; }

    /// <summary>The examples of its batches.</summary>
    public IReadOnlyList<string> ExampleIds { get; }

    /// <summary>The parameters whose gradients are not finite, or too large for a norm; all of them after a loss that is not finite.</summary>
    public IReadOnlyList<string> Parameters { get; }

    private static string Named(IReadOnlyList<string> parameters) => parameters.Count switch
    {
        0 => "",
        <= 3 => $" (not finite: {string.Join(", ", parameters)})",
        _ => $" (not finite: {parameters[0]} and {parameters.Count - 1} more parameters)",
    };
}
