namespace SciCoT.Tokenization;

/// <param name="Id">The token's id.</param>
/// <param name="Text">What it covers of the prepared text; empty for all but the last of the bytes of a character.</param>
internal readonly record struct PipelineToken(int Id, string Text);
