namespace SciCoT.Training;

/// <summary>The loss at a step of a training, in nats a token.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Loss">The smoothed training loss.</param>
/// <param name="ValidationLoss">The validation loss, where it was taken after this step.</param>
public sealed record TrainingPoint(int Step, double Loss, double? ValidationLoss = null);
