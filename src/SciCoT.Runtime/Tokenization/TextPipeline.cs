using System.Text;

namespace SciCoT.Tokenization;

/// <summary>
/// How the Rust library <c>tokenizers</c> prepares a text: added tokens are cut out of it, what lies between them is
/// normalised and cut into words, and each word is segmented by itself. SentencePiece normalises the text as a whole.
/// </summary>
/// <param name="Normalizers">Steps from text to text, in order.</param>
/// <param name="PreTokenizers">Steps from a part to smaller parts, in order.</param>
/// <param name="DecoderDropsPrefix">Whether decoding drops the space of the first token.</param>
internal sealed record TextPipeline(
    IReadOnlyList<Func<string, string>> Normalizers,
    IReadOnlyList<Func<TextPart, IEnumerable<TextPart>>> PreTokenizers,
    bool DecoderDropsPrefix)
{
    /// <summary>The pipeline of T5's published <c>tokenizer.json</c>, for a SentencePiece model.</summary>
    /// <param name="spec">The model's rules.</param>
    /// <param name="firstOnly">Whether only the start of the text gets a space (<c>legacy: false</c>).</param>
    public static TextPipeline From(NormalizerSpec spec, bool firstOnly)
    {
        var normalizers = new List<Func<string, string>>();
        if (spec.CharacterMap is { } map)
            normalizers.Add(text => NormalizerSteps.Precompiled(map, text));
        if (spec.RemoveExtraSpaces)
            normalizers.Add(text => NormalizerSteps.ReplaceSpaces(text, " "));
        var scheme = !spec.AddDummyPrefix ? PrependScheme.Never : firstOnly ? PrependScheme.First : PrependScheme.Always;
        return new TextPipeline(normalizers, [part => PreTokenizerSteps.Metaspace(part, scheme, split: true)], spec.AddDummyPrefix);
    }

    public string Normalize(string text)
    {
        foreach (var step in Normalizers)
            text = step(text);
        return text;
    }

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text, without lone surrogates.</param>
    /// <param name="raw">Finds tokens in the text as it is.</param>
    /// <param name="normalized">Finds tokens in what lies between the others, normalised.</param>
    /// <param name="model">Segments what lies between tokens.</param>
    /// <param name="prepare">Whether to normalise and pre-tokenize; a text that is prepared already is only cut at tokens.</param>
    public IEnumerable<PipelineToken> Encode(string text, AddedTokenMatcher raw, AddedTokenMatcher normalized, UnigramModel model, bool prepare)
    {
        bool atStart = true;
        foreach (var (outer, outerToken) in raw.Split(text))
        {
            if (outerToken is not null)
                yield return new PipelineToken(outerToken.Id, outer);
            else
            {
                string inner = prepare ? Normalize(outer) : outer;
                foreach (var token in EncodeNormalized(inner, normalized, model, prepare, atStart && StartsAlike(outer, inner)))
                    yield return token;
            }

            atStart = false;
        }
    }

    /// <summary>White space that was taken from the front moves the rest away from the start of the text.</summary>
    private static bool StartsAlike(string before, string after) =>
        after.Length == 0 || char.IsWhiteSpace(after[0]) || !char.IsWhiteSpace(before[0]);

    private IEnumerable<PipelineToken> EncodeNormalized(string text, AddedTokenMatcher matcher, UnigramModel model, bool prepare, bool atStart)
    {
        foreach (var (part, token) in matcher.Split(text))
        {
            if (token is not null)
                yield return new PipelineToken(token.Id, part);
            else
            {
                foreach (var word in prepare ? PreTokenize(new TextPart(part, atStart)) : [new TextPart(part, atStart)])
                {
                    foreach (var piece in Segment(model, word.Text))
                        yield return piece;
                }
            }

            atStart = false;
        }
    }

    private IEnumerable<TextPart> PreTokenize(TextPart part)
    {
        IEnumerable<TextPart> parts = [part];
        foreach (var step in PreTokenizers)
            parts = parts.SelectMany(step).Where(p => p.Text.Length > 0);
        return parts;
    }

    private static List<PipelineToken> Segment(UnigramModel model, string word)
    {
        using var pieces = new Segmentation(model, null, word);
        var tokens = new List<PipelineToken>();
        int done = 0;
        foreach (var piece in pieces)
        {
            tokens.Add(new PipelineToken(piece.Id, Encoding.UTF8.GetString(pieces.Text[done..piece.End])));
            done = piece.End;
        }

        return tokens;
    }
}
