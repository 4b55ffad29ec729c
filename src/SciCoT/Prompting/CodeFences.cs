using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Markdown's fences around code, which some models put around a whole reply.</summary>
internal static partial class CodeFences
{
    /// <summary>The text without fences that hold nothing, as thoughts leave them behind.</summary>
    public static string WithoutEmptyOnes(string text) => Empty().Replace(text, "\n");

    /// <summary>The text without the fences' own lines.</summary>
    public static string WithoutLines(string text) => Line().Replace(text, "");

    [GeneratedRegex(@"(?<=^|\n)[ \t]{0,3}```\w{0,20}[ \t]?\n\s{0,8}```[ \t]?(?=\n|$)")]
    private static partial Regex Empty();

    [GeneratedRegex(@"(?<=^|\n)[ \t]{0,3}```[\w+-]{0,20}[ \t]?(?:\n|$)")]
    private static partial Regex Line();
}
