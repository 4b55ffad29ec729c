namespace SciCoT.Generation;

/// <summary>How likely a model finds a given target.</summary>
/// <param name="LogLikelihood">The sum of the log-probabilities of the target's tokens, in nats.</param>
/// <param name="TokenCount">Number of tokens in the target; dividing by it gives the mean.</param>
public sealed record ChoiceScore(double LogLikelihood, int TokenCount);
