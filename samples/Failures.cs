using Microsoft.Extensions.Options;

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

    /// <summary>Whether an exception's message says all; any other is a fault of the program, whose stack trace is of use.</summary>
    public static bool IsExpected(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.All(IsExpected),
        SciCoTException or OptionsValidationException or IOException or UnauthorizedAccessException or InvalidDataException => true,
        FormatException or ArgumentException or InvalidOperationException or HttpRequestException or NotSupportedException or DllNotFoundException => true,
        TypeInitializationException { InnerException: { } cause } => IsExpected(cause),
        System.Net.Sockets.SocketException => true,
        _ => false,
    };
}
