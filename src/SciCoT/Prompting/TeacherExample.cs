namespace SciCoT.Prompting;

/// <summary>A worked example of a few-shot prompt: a question, its rationale and its answer.</summary>
/// <param name="Question">A question with choices whose answer is known.</param>
/// <param name="Rationale">The explanation, which does not name a choice by its label.</param>
public sealed record TeacherExample(ScienceQuestion Question, string Rationale);
