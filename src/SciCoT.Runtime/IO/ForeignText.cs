using System.Text;

namespace SciCoT.IO;

/// <summary>Texts from outside, made fit for a message: short, on one line, and without characters that steer a terminal.</summary>
internal static class ForeignText
{
    private const int Longest = 100;
    private const int LongestLine = 1000;

    /// <summary>
    /// Whether a character steers a terminal or hides what stands there: controls of both sets, separators of lines and paragraphs, and
    /// the marks that turn the direction of what follows. The one rule for everything that is printed.
    /// </summary>
    public static bool Steers(char c) => c is < ' ' or (>= '\u007f' and <= '\u009f') or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    /// <summary>A text from a file as it may be printed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The most characters that are shown.</param>
    public static string Shown(string text, int longest = Longest)
    {
        var shown = Cut(text, longest);
        return shown.Any(Steers) ? string.Concat(shown.Select(c => Steers(c) ? '?' : c)) : shown;
    }

    /// <summary>A text as part of a message on one line: line breaks, other white space and characters that steer become single spaces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The most characters that are shown.</param>
    public static string OneLine(string text, int longest = LongestLine)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        bool isSpace = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || Steers(c))
            {
                isSpace = line.Length > 0;
                continue;
            }

            if (isSpace)
                line.Append(' ');
            line.Append(c);
            isSpace = false;
            if (line.Length > longest)
                return Cut(line.ToString(), longest);
        }

        return line.ToString();
    }

    /// <summary>The beginning of a text that is too long; a character of two halves stays whole.</summary>
    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "…";
}
