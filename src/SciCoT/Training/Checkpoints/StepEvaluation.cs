namespace SciCoT.Training.Checkpoints;

/// <summary>What was measured after a step.</summary>
/// <param name="Loss">The validation loss, if there are validation examples.</param>
/// <param name="Metrics">What the evaluators measured, by their names.</param>
internal sealed record StepEvaluation(double? Loss, IReadOnlyDictionary<string, double> Metrics);
