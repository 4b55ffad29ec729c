using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Text that is set in TeX, as the plain text that it prints; formulas stay formulas.</summary>
internal static partial class TexText
{
    /// <summary>The content of a box, which is read and not kept: commands that only set type, braces and dollars are left out.</summary>
    public static string Plain(string tex) => tex.AsSpan().IndexOfAny(@"\~{}$") < 0 && !tex.Contains("  ", StringComparison.Ordinal) ? tex.Trim()
        : Space().Replace(Command().Replace(tex, " "), " ").Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
            .Replace("$", "", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal).Trim();

    /// <summary>A running text in which words and labels need no TeX: <c>\text{A}</c>, <c>\(A\)</c>, <c>$A$</c>.</summary>
    public static string Unwrap(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal) && !text.Contains('$', StringComparison.Ordinal))
            return text;
        if (text.Contains('}', StringComparison.Ordinal))
        {
            for (int i = 0; i < 2; i++)
                text = Group().Replace(text, "${content}");
        }

        return Formula().Replace(text, "${content}");
    }

    private const string Commands = @"text(?:bf|it|rm|sf|tt|sc|normal|up|md)?|math(?:rm|bf|sf|it|tt|normal)|operatorname|[mh]box|ce|bm|boldsymbol|pmb";

    [GeneratedRegex(@"\\{1,2}(?:" + Commands + @"|bf|rm|it|sf|tt|left|right|displaystyle|large|Large|huge|Huge|bfseries)(?![A-Za-z])")]
    private static partial Regex Command();

    [GeneratedRegex(@"\\{1,2}(?:[,;:! ]|quad\b|qquad\b)|~")]
    private static partial Regex Space();

    [GeneratedRegex(@"\\{1,2}(?:" + Commands + @")\s?\{(?<content>[^{}\\\n]{0,120})\}")]
    private static partial Regex Group();

    [GeneratedRegex(@"\\{1,2}[(\[]\s{0,2}(?<content>[^\\()\[\]\n]{1,80}|\([A-Za-z0-9]{1,3}\)[^\\()\[\]\n]{0,80}?)\s{0,2}\\{1,2}[)\]]|(?<!\$)\${1,2}\s?(?<content>\(?[A-Za-z0-9]{1,3}\)?)\s?\${1,2}(?!\$)")]
    private static partial Regex Formula();
}
