using System.Buffers;

namespace SciCoT.Tokenization;

/// <summary>The tokens that are no text, and where their names stand in a text.</summary>
internal sealed class SpecialTokens
{
    private readonly (string Name, int Id)[] _tokens;
    private readonly SearchValues<string> _names;

    public SpecialTokens(IEnumerable<int> ids, Func<int, string> name)
    {
        _tokens = [.. ids.Select(id => (name(id), id)).OrderByDescending(t => t.Item1.Length)];
        _names = SearchValues.Create(_tokens.Select(t => t.Name).ToArray(), StringComparison.Ordinal);
    }

    public bool TryGetId(string name, out int id)
    {
        foreach (var token in _tokens)
        {
            if (token.Name == name)
            {
                id = token.Id;
                return true;
            }
        }

        id = 0;
        return false;
    }

    /// <summary>The first special token in the text, the longest of those that start there.</summary>
    /// <returns>Its place, or -1.</returns>
    public int Find(ReadOnlySpan<char> text, out int id, out int length)
    {
        id = length = 0;
        int place = text.IndexOfAny(_names);
        if (place < 0)
            return -1;

        foreach (var token in _tokens)
        {
            if (text[place..].StartsWith(token.Name, StringComparison.Ordinal))
            {
                id = token.Id;
                length = token.Name.Length;
                break;
            }
        }

        return place;
    }
}
