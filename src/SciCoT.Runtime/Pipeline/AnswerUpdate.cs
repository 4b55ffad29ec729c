namespace SciCoT;

/// <summary>A part of a streamed answer: first pieces of the rationale, at the end the answer.</summary>
/// <param name="RationaleText">The next piece of the rationale; <see langword="null"/> in the last update.</param>
/// <param name="Answer">The answer; only in the last update.</param>
public sealed record AnswerUpdate(string? RationaleText, Answer? Answer);
