namespace SciCoT;

/// <summary>Tokens that the students' models read and wrote for an answer.</summary>
/// <param name="InputTokens">Tokens of the sources of both stages.</param>
/// <param name="OutputTokens">Tokens written; choices that are only compared count nothing.</param>
public sealed record TokenUsage(long InputTokens, long OutputTokens);
