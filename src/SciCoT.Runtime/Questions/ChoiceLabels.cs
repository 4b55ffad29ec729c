using System.Globalization;

namespace SciCoT.Questions;

/// <summary>Labels of choices: how one is made, and which choice a written one names. Files of questions and teachers' replies are read by it alike.</summary>
internal static class ChoiceLabels
{
    /// <summary>The label of a choice that has none of its own: A to Z, then numbers from 27.</summary>
    /// <param name="place">The choice's place, from 0.</param>
    public static string OfPlace(int place) => place < 26 ? ((char)('A' + place)).ToString() : (place + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>A label without the marks around it, as in (A), A. and A).</summary>
    public static string Bare(string label)
    {
        var bare = label.Trim(' ', '(', ')', '[', ']', '{', '}', '.', ':', '\u200b', '\ufeff');
        return bare.Length == 0 ? label : bare;
    }

    /// <summary>A text without a certain label before it, as in "(A) iron", "A. iron" and "A)iron"; <see langword="null"/> where it has none.</summary>
    public static string? Unmarked(string text, char label)
    {
        var rest = text.AsSpan().Trim();
        bool isEnclosed = rest is ['(' or '[', ..];
        if (isEnclosed)
            rest = rest[1..];
        rest = rest.TrimStart();
        if (rest is not [var first, .. var behind] || first != label || behind.TrimStart() is not [var mark, .. var said])
            return null;

        // A bracket is a mark wherever it stands, as in "A)21" and "a ) 21"; "A.5" may be a number or a name.
        bool isMark = mark is ')' or ']' || (mark is '.' or ':' && !isEnclosed && behind[0] == mark && said is [var space, ..] && char.IsWhiteSpace(space));
        return isMark && said.Trim() is { IsEmpty: false } bare ? bare.ToString() : null;
    }

    /// <summary>Whether choices are numbered 1, 2, 3…, so that a letter can only mean a place.</summary>
    /// <param name="bare">The choices' labels without marks.</param>
    public static bool AreNumbers(IReadOnlyList<string> bare)
    {
        if (bare.Count is < 2 or > 26)
            return false;
        for (int i = 0; i < bare.Count; i++)
        {
            if (bare[i] != (i + 1).ToString(CultureInfo.InvariantCulture))
                return false;
        }

        return true;
    }

    /// <summary>The place of the choice that a written label names; <see langword="null"/> where it names none, or several.</summary>
    /// <param name="bare">The choices' labels without marks.</param>
    /// <param name="written">What is written, without marks.</param>
    /// <param name="lettersMeanNumbers">Whether A, B, C mean the first, second and third of numbered choices.</param>
    /// <param name="comparison">Whether case counts.</param>
    public static int? Find(IReadOnlyList<string> bare, string written, bool lettersMeanNumbers, StringComparison comparison)
    {
        int found = -1;
        for (int i = 0; i < bare.Count; i++)
        {
            if (!bare[i].Equals(written, comparison))
                continue;
            if (found >= 0)
                return null;
            found = i;
        }

        if (found >= 0)
            return found;
        return lettersMeanNumbers && written is [var letter] && Place(letter, comparison) is { } place && place < bare.Count ? place : null;
    }

    private static int? Place(char letter, StringComparison comparison) =>
        letter is >= 'A' and <= 'Z' ? letter - 'A'
        : letter is >= 'a' and <= 'z' && comparison == StringComparison.OrdinalIgnoreCase ? letter - 'a'
        : null;
}
