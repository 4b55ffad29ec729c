namespace SciCoT.Prompting;

/// <summary>A place in a text that states an answer.</summary>
/// <param name="Label">The label, or an open question's answer; <see langword="null"/> when the statement is not certain.</param>
/// <param name="Start">Where it begins, with the words that lead to it.</param>
/// <param name="End">Where it ends, with its full stop.</param>
/// <param name="IsWhole">Whether its sentence says nothing more after it.</param>
/// <param name="StartsLine">Whether a line begins with it.</param>
internal sealed record AnswerStatement(string? Label, int Start, int End, bool IsWhole, bool StartsLine);
