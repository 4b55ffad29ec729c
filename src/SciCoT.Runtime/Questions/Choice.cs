namespace SciCoT;

/// <summary>One option of a multiple-choice question.</summary>
/// <param name="Label">The option's label as the data set prints it, usually <c>A</c> to <c>E</c> or <c>1</c> to <c>5</c>.</param>
/// <param name="Text">The option's text.</param>
public sealed record Choice(string Label, string Text);
