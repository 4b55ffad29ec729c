namespace SciCoT.Generation;

/// <summary>One sequence that a model wrote.</summary>
/// <param name="TokenIds">The new tokens: without the decoder's start token and prefix, with the end token where it was reached.</param>
/// <param name="Score">
/// How likely the sequence is. Greedy search and sampling: the sum of the log-probabilities that the model itself gives to
/// the tokens, before any processor. Beam search: the sum of the processed log-probabilities divided by
/// <c>length ^ LengthPenalty</c>, Hugging Face's <c>sequences_scores</c>; the length counts the end token.
/// </param>
public sealed record GeneratedSequence(IReadOnlyList<int> TokenIds, double Score);
