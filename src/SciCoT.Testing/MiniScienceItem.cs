namespace SciCoT.Testing;

/// <summary>A question of the mini data set with what is known about it.</summary>
/// <param name="Question">The question with its gold label.</param>
/// <param name="Rationale">The gold rationale: two to four facts, without the answer unless <see cref="RationaleEnding.Answer"/> was asked for.</param>
/// <param name="Family">The family: <c>object</c>, <c>animal</c>, <c>plant</c>, <c>tool</c>, <c>body</c>, <c>season</c>, <c>state</c>, <c>which</c>, <c>odd one out</c> or <c>order</c>.</param>
/// <param name="Aspect">What is asked within the family, for example <c>weather</c>.</param>
/// <param name="Cell">The cell that the question tests, for example <c>weather/nail</c>. Questions of one cell are not independent: cluster intervals by it.</param>
public sealed record MiniScienceItem(ScienceQuestion Question, string Rationale, string Family, string Aspect, string Cell);
