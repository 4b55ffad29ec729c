namespace SciCoT;

/// <summary>A step of an answer as it comes into being: pieces of the rationale first, then once the answer.</summary>
/// <param name="RationaleText">The next piece of the rationale; <see langword="null"/> in the last update.</param>
/// <param name="Answer">The answer; only in the last update.</param>
public sealed record AnswerUpdate(string? RationaleText, Answer? Answer);
