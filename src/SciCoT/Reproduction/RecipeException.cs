namespace SciCoT.Reproduction;

/// <summary>A recipe cannot be read, or says what cannot be done; the message names file, line and column.</summary>
internal sealed class RecipeException(string message, Exception? inner = null) : SciCoTException(message, inner);
