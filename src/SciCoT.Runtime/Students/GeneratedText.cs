namespace SciCoT.Students;

/// <summary>A text that a model wrote.</summary>
/// <param name="Text">The text, special tokens left out.</param>
/// <param name="LogProbability">Its score as the search gives it; for greedy search the sum of the tokens' log-probabilities.</param>
public sealed record GeneratedText(string Text, double LogProbability);
