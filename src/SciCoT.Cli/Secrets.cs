using System.Text.RegularExpressions;

namespace SciCoT.Cli;

/// <summary>Keeps passwords out of messages that quote a command line.</summary>
internal static partial class Secrets
{
    /// <summary>A text without the values behind <c>password=</c> and the like.</summary>
    public static string Hide(string text) => Password().Replace(text, "$1=…");

    [GeneratedRegex(@"(password|passwd|pwd|psw)\s*=\s*("".*?""|'.*?'|[^;\s]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
