namespace SciCoT.Tokenization;

/// <summary>A part of a text on its way through the pre-tokenizers.</summary>
/// <param name="Text">The part.</param>
/// <param name="AtStart">Whether the whole text starts here, which a prefix for the first word alone asks.</param>
internal readonly record struct TextPart(string Text, bool AtStart);
