using SciCoT.Generation;
using SciCoT.Prompting;
using SciCoT.Tokenization;

namespace SciCoT.Students.Serving;

/// <summary>Text to a model's tokens and back.</summary>
/// <param name="tokenizer">The tokenizer that the model was trained with.</param>
/// <param name="maxSourceTokens">Longer sources are cut, the eos kept.</param>
internal sealed class TextCodec(ITextTokenizer tokenizer, int maxSourceTokens)
{
    /// <summary>The tokens of a source. A question that is too long loses its context first, and never its choices or rationale.</summary>
    public int[] Encode(string source)
    {
        var ids = tokenizer.Encode(source, maxSourceTokens, addEos: true, out bool truncated);
        if (!truncated)
            return ids;
        var fitted = SourceShortening.Fit(source, maxSourceTokens, tokenizer.CountTokens);
        return tokenizer.Encode(fitted, maxSourceTokens, addEos: true, out _);
    }

    /// <summary>The tokens of a text of any length.</summary>
    public int[] EncodeWhole(string text, bool addEos) => tokenizer.Encode(text, int.MaxValue, addEos, out _);

    /// <summary>Whether a source has more tokens than are read, so that a part of it is left out.</summary>
    public bool IsTooLong(string source) => tokenizer.CountTokens(source) >= maxSourceTokens;

    /// <summary>A model's vocabulary may be padded to a round number: tokens that the tokenizer does not have leave no trace.</summary>
    public string Decode(IReadOnlyList<int> ids) => tokenizer.Decode(ids.Where(id => id < tokenizer.VocabularySize));
}
