namespace SciCoT.Prompting;

/// <summary>A question explained as the teacher is to explain its own: a shot of a few-shot prompt.</summary>
/// <param name="Question">A question with choices whose answer is known.</param>
/// <param name="Rationale">The explanation, which does not name a choice by its label.</param>
public sealed record TeacherExample(ScienceQuestion Question, string Rationale);
