using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Markdown's fences around code, which some models put around a whole reply.</summary>
internal static partial class CodeFences
{
    /// <summary>The text without fences that hold nothing, as thoughts leave them behind.</summary>
    public static string WithoutEmptyOnes(string text) => HasFence(text) ? Empty().Replace(text, "\n") : text;

    /// <summary>The text without fences ("```think") and folded parts of a page (Open WebUI) in which a model's thoughts stand.</summary>
    public static string WithoutThoughts(string text)
    {
        var kept = new StringBuilder();
        int place = 0;
        while (ThoughtsBegin().Match(text, place) is { Success: true } begin)
        {
            bool isFence = begin.Value.Contains('`', StringComparison.Ordinal);
            var mark = isFence ? "\n```" : "</details>";
            int end = text.IndexOf(mark, begin.Index + begin.Length - (isFence ? 1 : 0), StringComparison.OrdinalIgnoreCase);
            if (end < 0)
                break;
            kept.Append(text, place, begin.Index - place).Append('\n');
            place = end + mark.Length;
        }

        return place == 0 ? text : kept.Append(text, place, text.Length - place).ToString();
    }

    /// <summary>The text without the fences' own lines.</summary>
    public static string WithoutLines(string text) => HasFence(text) ? Line().Replace(text, "") : text;

    private static bool HasFence(string text) => text.Contains("```", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<=^|\n)[ \t]{0,3}```\w{0,20}[ \t]?\n\s{0,8}```[ \t]?(?=\n|$)")]
    private static partial Regex Empty();

    [GeneratedRegex(@"(?<=^|\n)```(?:think|thinking|thoughts?|reasoning)[ \t]?\n|<details\b[^<>\n]{0,60}\breasoning\b[^<>\n]{0,200}>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ThoughtsBegin();

    [GeneratedRegex(@"(?<=^|\n)[ \t]{0,3}```[\w+-]{0,20}[ \t]?(?:\n|$)")]
    private static partial Regex Line();
}
