using System.Buffers;
using System.Globalization;
using System.Text;

namespace SciCoT.Tokenization;

/// <summary>Finds added tokens in a text: the leftmost first, and of those that start there the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<char, (string Pattern, AddedToken Token)[]> _byFirst;
    private readonly SearchValues<string>? _patterns;

    /// <param name="tokens">The tokens with the text that stands for each; of equal texts the first counts.</param>
    public AddedTokenMatcher(IEnumerable<(string Pattern, AddedToken Token)> tokens)
    {
        var usable = tokens.Where(entry => entry.Pattern.Length > 0).DistinctBy(entry => entry.Pattern, StringComparer.Ordinal).ToArray();
        _byFirst = usable.GroupBy(entry => entry.Pattern[0]).ToDictionary(group => group.Key, group => group.OrderByDescending(entry => entry.Pattern.Length).ToArray());
        _patterns = usable.Length == 0 ? null : SearchValues.Create(usable.Select(entry => entry.Pattern).ToArray(), StringComparison.Ordinal);
    }

    /// <summary>Cuts a text into tokens and what lies between them; together the parts are the text.</summary>
    public List<(string Text, AddedToken? Token)> Split(string text)
    {
        var parts = new List<(string, AddedToken?)>();
        int done = 0;
        for (int search = 0; TryFind(text, search, out int start, out int end, out var token); search = end)
        {
            if (token.SingleWord && (EndsWithWord(text.AsSpan(0, start)) || StartsWithWord(text.AsSpan(end))))
                continue;

            // A neighbour may have taken the white space already, and the match itself may lie within what it took.
            int to = token.StripRight ? text.Length - text.AsSpan(end).TrimStart().Length : end;
            int from = token.StripLeft ? Math.Min(Math.Max(text.AsSpan(0, start).TrimEnd().Length, done), to) : start;
            if (done < from)
                parts.Add((text[done..from], null));
            parts.Add((text[from..to], token));
            done = to;
        }

        if (done < text.Length)
            parts.Add((text[done..], null));
        return parts;
    }

    private bool TryFind(string text, int from, out int start, out int end, out AddedToken token)
    {
        int place = _patterns is null ? -1 : text.AsSpan(from).IndexOfAny(_patterns);
        (start, end, token) = (from + place, 0, null!);
        if (place < 0)
            return false;

        foreach (var (pattern, candidate) in _byFirst[text[start]])
        {
            if (text.AsSpan(start).StartsWith(pattern, StringComparison.Ordinal))
            {
                (end, token) = (start + pattern.Length, candidate);
                return true;
            }
        }

        return false;
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool EndsWithWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    /// <summary>A word character of Unicode's regular expressions (UTS 18, annex C).</summary>
    private static bool IsWord(Rune rune) =>
        rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189) ||
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.DecimalDigitNumber
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.ConnectorPunctuation;
}
