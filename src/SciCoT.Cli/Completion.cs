using System.CommandLine;
using System.Globalization;

namespace SciCoT.Cli;

/// <summary>Answers the shells' completion scripts: <c>scicot "[suggest:POSITION]" "LINE"</c> prints what the word before the cursor may become, one a line.</summary>
internal static class Completion
{
    private const string Prefix = "[suggest:";

    /// <summary>The completions for a command line that asks for them.</summary>
    /// <param name="root">The tool's command.</param>
    /// <param name="args">The command line.</param>
    /// <returns><see langword="null"/> where the command line is any other; nothing where the shell should complete file names.</returns>
    public static IReadOnlyList<string>? Find(RootCommand root, IReadOnlyList<string> args)
    {
        if (args is not ([_] or [_, _]) || !args[0].StartsWith(Prefix, StringComparison.Ordinal) || !args[0].EndsWith(']')
            || !int.TryParse(args[0].AsSpan(Prefix.Length, args[0].Length - Prefix.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int position))
            return null;

        // Shells in other encodings count bytes.
        var line = args.Count > 1 ? args[1] : "";
        var typed = line[..Math.Min(position, line.Length)];
        int start = typed.LastIndexOfAny([' ', '\t', '\n']) + 1;
        var word = typed[start..];

        // A value is completed in one way, whatever stands between the option and it.
        if (word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is > 2 and var sign)
        {
            typed = $"{typed[..(start + sign)]} {word[(sign + 1)..]}";
            word = word[(sign + 1)..];
        }

        var parsed = root.Parse(typed);
        var beginning = word.TrimStart('"', '\'');
        string[] found = [.. parsed.GetCompletions(typed.Length).Select(completion => completion.Label).Where(label => label.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))];
        if (word.Length > 0)
            return found;

        // Options are shown to those who begin one, and where nothing else can follow: before a file's name they are in the way.
        string[] words = [.. found.Where(label => !label.StartsWith('-') && !label.StartsWith('/'))];
        bool takesMore = parsed.CommandResult.Command.Arguments.Any(argument => (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MaximumNumberOfValues);
        return words.Length > 0 || takesMore ? words : found;
    }
}
