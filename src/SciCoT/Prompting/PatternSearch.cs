using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>
/// Searches for expressions that are slow to try at every character, only near places without which they cannot match. The matches are
/// those of a search through the whole text.
/// </summary>
internal static class PatternSearch
{
    public static SearchValues<string> Words(string words) => SearchValues.Create(words.Split(' '), StringComparison.OrdinalIgnoreCase);

    /// <summary>The words of ASCII alone: a text of ASCII holds no others, and they are found several times faster.</summary>
    public static SearchValues<string> AsciiWords(string words) => SearchValues.Create([.. words.Split(' ').Where(word => Ascii.IsValid(word))], StringComparison.OrdinalIgnoreCase);

    /// <summary>The places at which one of some words begins.</summary>
    public static IEnumerable<int> Places(string text, SearchValues<string> words)
    {
        for (int place = 0; place < text.Length && text.AsSpan(place).IndexOfAny(words) is >= 0 and var next; place++)
            yield return place += next;
    }

    /// <summary>How long a match that begins at a place (<c>\G</c>) is; <see langword="null"/> where there is none. Unlike a search for it, it makes no object.</summary>
    public static int? LengthAt(Regex pattern, string text, int start)
    {
        foreach (var match in pattern.EnumerateMatches(text, start))
            return match.Length;
        return null;
    }

    /// <summary>The matches that hold one of some places, in their order. Parts that overlap are searched as one.</summary>
    /// <param name="pattern">What is searched for.</param>
    /// <param name="text">The text.</param>
    /// <param name="places">Places in rising order; each match holds one.</param>
    /// <param name="before">More characters than a match and its look-behind have before a place, so that a part's beginning is never taken for the text's.</param>
    /// <param name="after">More characters than a match and its look-ahead have behind a place.</param>
    public static IEnumerable<Match> Near(Regex pattern, string text, IEnumerable<int> places, int before, int after)
    {
        int start = 0, end = 0;
        foreach (int place in places)
        {
            if (place - before > end)
            {
                foreach (var match in Within(start, end))
                    yield return match;
                start = place - before;
            }

            end = Math.Min(text.Length, place + after);
        }

        foreach (var match in Within(start, end))
            yield return match;

        IEnumerable<Match> Within(int start, int end)
        {
            if (start == end)
                yield break;
            for (var match = pattern.Match(text, start, end - start); match.Success; match = match.NextMatch())
            {
                // A match up to a part's end took it for the text's.
                if (match.Index + match.Length < end || end == text.Length)
                    yield return match;
            }
        }
    }
}
