namespace SciCoT.Tokenization;

/// <summary>A token that was added to a vocabulary, with the flags of Hugging Face's <c>AddedToken</c>.</summary>
public sealed class AddedToken
{
    internal AddedToken(int id, string text)
    {
        Id = id;
        Text = text;
    }

    /// <summary>The id that the token has in this tokenizer.</summary>
    public int Id { get; }

    /// <summary>The text that becomes this token. It is decoded to this text too; where <see cref="Normalized"/> is set, to the normalised text.</summary>
    public string Text { get; }

    /// <summary>Whether <see cref="T5Tokenizer.Decode(IEnumerable{int})"/> leaves the token out.</summary>
    public bool Special { get; internal init; }

    /// <summary>Whether the token is looked for in the normalised text instead of the text as given.</summary>
    public bool Normalized { get; internal init; }

    /// <summary>Whether the token is recognised only where no letter, digit or underscore touches it.</summary>
    public bool SingleWord { get; internal init; }

    /// <summary>Whether the token takes the white space before it.</summary>
    public bool StripLeft { get; internal init; }

    /// <summary>Whether the token takes the white space behind it.</summary>
    public bool StripRight { get; internal init; }

    internal AddedToken WithId(int id) => new(id, Text)
    {
        Special = Special,
        Normalized = Normalized,
        SingleWord = SingleWord,
        StripLeft = StripLeft,
        StripRight = StripRight,
    };
}
