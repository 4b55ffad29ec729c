namespace SciCoT.Tokenization;

/// <summary>Encodes as the Rust library does, with a vocabulary's added tokens.</summary>
internal sealed class AddedTokenEncoder
{
    private readonly TextPipeline _pipeline;
    private readonly UnigramModel _model;
    private readonly Dictionary<int, AddedToken> _added;
    private readonly Dictionary<int, string> _normalized;
    private readonly HashSet<string> _specials;
    private readonly (AddedTokenMatcher Raw, AddedTokenMatcher Normalized) _texts;
    private readonly (AddedTokenMatcher Raw, AddedTokenMatcher Normalized) _all;

    /// <param name="pipeline">How a text is prepared.</param>
    /// <param name="model">Segments what lies between tokens.</param>
    /// <param name="added">The tokens that every text is searched for.</param>
    /// <param name="own">Pad, eos, unknown and sentinels, which are text unless the caller asks for them.</param>
    public AddedTokenEncoder(TextPipeline pipeline, UnigramModel model, IReadOnlyList<AddedToken> added, IReadOnlyList<AddedToken> own)
    {
        _pipeline = pipeline;
        _model = model;
        _added = added.ToDictionary(token => token.Id);
        _normalized = added.Where(token => token.Normalized).ToDictionary(token => token.Id, token => pipeline.Normalize(token.Text));
        _specials = own.Concat(added).Where(token => token.Special).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        _texts = Matchers(added);
        _all = Matchers([.. own, .. added]);
    }

    /// <summary>Whether decoding drops the space of the first token.</summary>
    public bool DropsPrefix => _pipeline.DecoderDropsPrefix;

    /// <summary>The added token of this id, if there is one.</summary>
    public AddedToken? Find(int id) => _added.GetValueOrDefault(id);

    /// <summary>What an added token is decoded to: one that is looked for in the normalised text, to what it is there.</summary>
    public string TextOf(AddedToken token) => _normalized.GetValueOrDefault(token.Id, token.Text);

    /// <summary>Whether what a token is decoded to is a special token's text. The Rust library asks the decoded text, not the id.</summary>
    public bool IsSpecial(string text) => _specials.Contains(text);

    /// <param name="text">Lone surrogates count as U+FFFD.</param>
    /// <param name="parseOwnTokens">Whether pad, eos, unknown and sentinels are recognised as well.</param>
    /// <param name="prepare">Whether to normalise and pre-tokenize.</param>
    public List<PipelineToken> Encode(ReadOnlySpan<char> text, bool parseOwnTokens, bool prepare = true)
    {
        var (raw, normalized) = parseOwnTokens ? _all : _texts;
        return [.. _pipeline.Encode(WellFormed(text), raw, normalized, _model, prepare)];
    }

    private static string WellFormed(ReadOnlySpan<char> text)
    {
        var utf8 = System.Text.Encoding.UTF8;
        return text.ContainsAnyInRange('\uD800', '\uDFFF') ? utf8.GetString(utf8.GetBytes(text.ToArray())) : text.ToString();
    }

    private (AddedTokenMatcher Raw, AddedTokenMatcher Normalized) Matchers(IReadOnlyList<AddedToken> tokens) => (
        new AddedTokenMatcher(tokens.Where(token => !token.Normalized).Select(token => (token.Text, token))),
        new AddedTokenMatcher(tokens.Where(token => token.Normalized).Select(token => (_pipeline.Normalize(token.Text), token))));
}
