using System.CommandLine;
using System.CommandLine.Parsing;

namespace SciCoT.Samples;

/// <summary>Runs a command line.</summary>
internal static class CommandLine
{
    /// <summary>Says what is wrong with a command line, and runs it where nothing is.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="signals">What stops a program that heeds its token: as long as it needs. Any other one has two seconds.</param>
    public static async Task<int> RunAsync(ParseResult parsed, StopSignals? signals = null)
    {
        var errors = parsed.Errors.Select(error => error.Message).Concat(Swallowed(parsed)).ToArray();
        foreach (var error in errors)
            Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(new FormatException(error))));
        if (errors.Length > 0)
            return 2;
        if (signals is null)
            return await parsed.InvokeAsync();
        int exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, signals.Token);
        return exitCode == 130 ? signals.ExitCode : exitCode;
    }

    /// <summary>Misspelt options that an argument took for its own; a file of such a name is written as ./--name.</summary>
    private static IEnumerable<string> Swallowed(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens)
        .Where(token => token.Value.StartsWith("--", StringComparison.Ordinal))
        .Select(token => $"{token.Value} is no option; --help lists all.");
}
