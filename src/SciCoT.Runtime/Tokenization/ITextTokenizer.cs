namespace SciCoT.Tokenization;

/// <summary>Converts text to a model's tokens and back.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
public interface ITextTokenizer
{
    /// <summary>Number of tokens; ids are from 0 to below it.</summary>
    int VocabularySize { get; }

    /// <summary>The token that ends a sequence.</summary>
    int EosTokenId { get; }

    /// <summary>Rows that a model's vocabulary needs so that every text can be read.</summary>
    /// <value>The default is <see cref="VocabularySize"/>.</value>
    int RequiredRows => VocabularySize;

    /// <summary>The tokens of a text, without the end token.</summary>
    /// <param name="text">The text.</param>
    IReadOnlyList<int> EncodeToIds(string text);

    /// <summary>The text of some tokens; special tokens leave no trace.</summary>
    /// <param name="ids">Tokens of this vocabulary.</param>
    string Decode(IEnumerable<int> ids);

    /// <summary>How many tokens a text has, without the end token.</summary>
    /// <param name="text">The text.</param>
    int CountTokens(string text) => EncodeToIds(text).Count;

    /// <summary>The first tokens of a text, with the end token if wanted.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokens">The most tokens, the end token included.</param>
    /// <param name="addEos">Whether the end token follows, also after a text that was cut.</param>
    /// <param name="truncated">Whether the text was cut.</param>
    int[] Encode(string text, int maxTokens, bool addEos, out bool truncated)
    {
        var ids = EncodeToIds(text);
        int room = maxTokens - (addEos ? 1 : 0);
        truncated = ids.Count > room;
        var kept = truncated ? ids.Take(room) : ids;
        return addEos ? [.. kept, EosTokenId] : [.. kept];
    }
}
