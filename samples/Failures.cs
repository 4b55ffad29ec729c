namespace SciCoT.Samples;

/// <summary>Runs a sample: what its user can mend ends it with a message and exit code 1 instead of a stack trace.</summary>
internal static class Failures
{
    /// <summary>Runs the program.</summary>
    /// <returns>Its exit code; 1 after a failure, 130 when it was stopped.</returns>
    public static async Task<int> ReportAsync(Func<Task<int>> program)
    {
        try
        {
            return await program();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped.");
            return 130;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(e)));
            return 1;
        }
    }

    /// <summary>Runs a program that Ctrl-C and SIGTERM stop.</summary>
    /// <param name="stopped">What its user should know when it was stopped.</param>
    /// <param name="program">The program.</param>
    /// <returns>Its exit code; 1 after a failure, 130 or 143 when it was stopped.</returns>
    public static async Task<int> ReportAsync(string stopped, Func<CancellationToken, Task<int>> program)
    {
        using var signals = new StopSignals();
        return await ReportAsync(async () =>
        {
            try
            {
                return await program(signals.Token);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                Console.Error.WriteLine(stopped);
                return signals.ExitCode;
            }
        });
    }

    /// <summary>Runs a program whose arguments are names and texts: shows its usage where that is asked for, and where the command line is not one of its own.</summary>
    /// <param name="usage">How the program is started.</param>
    /// <param name="args">The command line. The program has no options, so a word that begins with two hyphens is a mistake and never a folder's name.</param>
    /// <param name="fits">Whether there are as many arguments as the program takes, and of the kind that it takes.</param>
    /// <param name="program">The program.</param>
    /// <returns>Its exit code; 2 for a wrong command line.</returns>
    public static Task<int> ReportAsync(string usage, string[] args, bool fits, Func<Task<int>> program)
    {
        bool isAsked = AsksForHelp(args);
        if (!isAsked && fits && !args.Any(arg => arg.StartsWith("--", StringComparison.Ordinal)))
            return ReportAsync(program);
        (isAsked ? Console.Out : Console.Error).WriteLine(usage);
        return Task.FromResult(isAsked ? 0 : 2);
    }

    /// <summary>
    /// Runs a program whose arguments are settings of a host, over the model that the QuickStart leaves: shows its usage where that is asked for, and says
    /// where a model comes from where there is none.
    /// </summary>
    /// <param name="usage">How the program is started.</param>
    /// <param name="args">The command line.</param>
    /// <param name="program">The program.</param>
    public static Task<int> ReportAsync(string usage, string[] args, Func<Task<int>> program)
    {
        if (AsksForHelp(args))
        {
            Console.WriteLine(usage);
            return Task.FromResult(0);
        }

        return ReportAsync(async () =>
        {
            try
            {
                return await program();
            }
            catch (Exception e) when (IsExpected(e) && e.Message.Contains("there is no such model folder", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(TerminalWriter.Escape(SciCoTException.Explain(e)));
                Console.Error.WriteLine("To get a model, run the QuickStart first: dotnet run -c Release --project samples/QuickStart (-- --short for one that knows nothing, in a minute). It leaves it in artifacts/quickstart, below the folder where it is started.");
                return 1;
            }
        });
    }

    /// <summary>Whether a command line asks how the program is started.</summary>
    public static bool AsksForHelp(IEnumerable<string> args) => args.Any(arg => arg is "--help" or "-h" or "-?");

    /// <summary>Whether an exception's message says all: those of options and configuration do too. Any other is a fault of the program, whose stack trace is of use.</summary>
    public static bool IsExpected(Exception exception) =>
        SciCoTException.IsExpected(exception) || exception is FormatException or ArgumentException or InvalidOperationException or NotSupportedException;
}
