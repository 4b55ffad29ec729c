using System.CommandLine;
using System.CommandLine.Parsing;

namespace SciCoT.Samples;

/// <summary>Runs a command line.</summary>
internal static class CommandLine
{
    /// <summary>Says what is wrong with a command line, and runs it where nothing is.</summary>
    public static Task<int> RunAsync(ParseResult parsed)
    {
        var errors = parsed.Errors.Select(error => error.Message).Concat(Swallowed(parsed)).ToArray();
        foreach (var error in errors)
            Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(new FormatException(error))));
        return errors.Length > 0 ? Task.FromResult(2) : parsed.InvokeAsync();
    }

    /// <summary>Misspelt options that an argument took for its own; a file of such a name is written as ./--name.</summary>
    private static IEnumerable<string> Swallowed(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens)
        .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))
        .Select(token => $"{token.Value} is no option; --help lists all.");
}
