namespace SciCoT.Training.Observers;

/// <summary>Tells several observers of each step, in their order, on the training's thread.</summary>
/// <param name="observers">The observers; they stay the caller's.</param>
public sealed class CompositeTrainingProgress(params IReadOnlyList<IProgress<TrainingProgress>> observers) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        foreach (var observer in observers)
            observer.Report(value);
    }
}
