using System.Text;
using SciCoT.IO;

namespace SciCoT.Replies;

/// <summary>Pages that come where JSON was expected.</summary>
internal static class Markup
{
    private const int MaxLength = 200;

    private static readonly string[] Starts =
        ["<!doctype", "<!--", "<html", "<head", "<body", "<?xml", "<error", "<title", "<meta", "<center", "<script", "<style", "<div", "<pre", "<p>", "<h1", "<h2", "<a "];

    /// <summary>Whether a text is an HTML or XML page.</summary>
    public static bool Is(string text)
    {
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        foreach (var tag in Starts)
        {
            if (start.StartsWith(tag, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>What a reader of the page would see first.</summary>
    public static string Visible(string page)
    {
        var text = new StringBuilder();
        int at = 0;
        while (at < page.Length && text.Length < MaxLength)
        {
            if (page[at] != '<')
            {
                text.Append(page[at++]);
                continue;
            }

            foreach (var hidden in new[] { "script", "style" })
            {
                if (page.AsSpan(at + 1).StartsWith(hidden, StringComparison.OrdinalIgnoreCase))
                    at = page.IndexOf("</", at, StringComparison.Ordinal) is >= 0 and var end ? end : page.Length - 1;
            }

            at = page.IndexOf('>', at) is >= 0 and var close ? close + 1 : page.Length;
            text.Append(' ');
        }

        return ForeignText.OneLine(text.ToString());
    }
}
