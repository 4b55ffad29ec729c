namespace SciCoT.Tokenization;

/// <summary>What a <c>tokenizer.json</c> says.</summary>
/// <param name="Model">The pieces of <c>model.vocab</c>.</param>
/// <param name="Added">The added tokens with the ids that the file states.</param>
/// <param name="Pipeline">How a text is prepared.</param>
/// <param name="IsConverted">
/// Whether a SentencePiece model with a space in front of the text and without repeated spaces prepares texts alike, as
/// conversions of T5 do.
/// </param>
internal sealed record TokenizerJson(SentencePieceModel Model, IReadOnlyList<AddedToken> Added, TextPipeline Pipeline, bool IsConverted);
