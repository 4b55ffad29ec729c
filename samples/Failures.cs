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

    /// <summary>Whether an exception's message says all: those of options and configuration do too. Any other is a fault of the program, whose stack trace is of use.</summary>
    public static bool IsExpected(Exception exception) =>
        SciCoTException.IsExpected(exception) || exception is FormatException or ArgumentException or InvalidOperationException or NotSupportedException;
}
