using System.Text;

namespace SciCoT.IO;

/// <summary>Text as text in Markdown: no markup, no tags, no cells of its own.</summary>
internal static class MarkdownText
{
    private const string Marks = @"\|<>*_`[]#&";

    /// <summary>Escapes what Markdown would read as markup; line breaks become spaces.</summary>
    /// <param name="text">The text.</param>
    /// <param name="more">Characters that are markup besides, in the dialect of the page.</param>
    public static string Escape(string text, string more = "")
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (Marks.Contains(c, StringComparison.Ordinal) || more.Contains(c, StringComparison.Ordinal))
                escaped.Append('\\');
            escaped.Append(c is '\n' or '\r' ? ' ' : c);
        }

        return escaped.ToString();
    }
}
