namespace SciCoT.Prompting;

/// <summary>A teacher's text taken apart.</summary>
/// <param name="Rationale">The reasoning, without the sentence that states the answer where that could be cut out.</param>
/// <param name="AnswerLabel">
/// The label of the choice that the text decides for, or an open question's answer; <see langword="null"/> when there is
/// none or more than one.
/// </param>
public sealed record ExtractedAnswer(string Rationale, string? AnswerLabel);
