namespace SciCoT.Questions;

/// <summary>A question with its place in the file that it was read from.</summary>
/// <param name="Question">The question.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
public sealed record QuestionRow(ScienceQuestion Question, long Line);
