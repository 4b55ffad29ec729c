using System.Globalization;

namespace SciCoT.IO;

/// <summary>Texts from outside, made fit for a message: short, and without characters that steer a terminal.</summary>
internal static class ForeignText
{
    private const int Longest = 100;

    /// <summary>A text from a file as it may be printed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The most characters that are shown.</param>
    public static string Shown(string text, int longest = Longest)
    {
        var shown = text.Length <= longest ? text : text[..longest] + "…";
        return shown.All(IsPrintable) ? shown : string.Concat(shown.Select(c => IsPrintable(c) ? c : '?'));
    }

    private static bool IsPrintable(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
