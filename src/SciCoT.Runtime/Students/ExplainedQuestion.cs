namespace SciCoT;

/// <summary>A question with a rationale.</summary>
/// <param name="Question">The question.</param>
/// <param name="Rationale">The reasoning; empty when there is none, and then the question is answered alone.</param>
public sealed record ExplainedQuestion(ScienceQuestion Question, string Rationale);
