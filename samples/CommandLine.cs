using System.CommandLine;

namespace SciCoT.Samples;

/// <summary>Runs a command line.</summary>
internal static class CommandLine
{
    /// <summary>Says what is wrong with a command line, and runs it where nothing is.</summary>
    public static Task<int> RunAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(new FormatException(error.Message))));
        return parsed.Errors.Count > 0 ? Task.FromResult(2) : parsed.InvokeAsync();
    }
}
