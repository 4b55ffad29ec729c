using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace SciCoT;

/// <summary>A failure that a user can mend: a bad file, a wrong setting, a service that refuses. The message names the place and the remedy.</summary>
/// <remarks>
/// Wrong arguments (<see cref="ArgumentException"/>), disposed objects, cancellation and the operating system's <see cref="IOException"/>
/// are other types. <see cref="IsExpected"/> tells all failures that a user can mend from faults of a program. Messages quote texts from
/// outside: control characters in them are escaped as <see cref="TerminalWriter"/> does, so that a message is safe to print and to log.
/// </remarks>
/// <include file='../Examples.xml' path='examples/SciCoTException/example'/>
public partial class SciCoTException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong, where, what was expected and what to do.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public SciCoTException(string message, Exception? inner = null)
        : base(message is null ? null : TerminalWriter.Escape(message), inner)
    {
    }

    /// <summary>
    /// Whether a user can mend what an exception tells: a bad file, a full disk, a missing permission, a wrong option, a service or native
    /// library that is not there. <see cref="Explain"/> then says all, and a stack trace would say nothing more.
    /// </summary>
    /// <param name="exception">Any exception.</param>
    /// <returns><see langword="false"/> for a fault of the program, such as a wrong argument, and for cancellation.</returns>
    public static bool IsExpected(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            AggregateException { InnerExceptions.Count: > 0 } several => several.InnerExceptions.All(IsExpected),
            TypeInitializationException or TargetInvocationException when exception.InnerException is { } cause => IsExpected(cause),
            SciCoTException or OptionsValidationException or IOException or UnauthorizedAccessException or InvalidDataException => true,
            HttpRequestException or SocketException or DllNotFoundException => true,
            _ => false,
        };
    }

    /// <summary>
    /// The message of an exception as a person should read it: without names of parameters and types, which mean nothing outside the
    /// code, and with the cause where the message alone does not tell it.
    /// </summary>
    /// <param name="exception">Any exception.</param>
    public static string Explain(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            AggregateException { InnerExceptions.Count: > 0 } several => string.Join(' ', several.InnerExceptions.Select(Explain).Distinct(StringComparer.Ordinal)),
            TypeInitializationException or TargetInvocationException when exception.InnerException is { } cause => Explain(cause),
            // A configuration file that cannot be read: the place is in what caused it.
            InvalidDataException { InnerException: { } cause } => $"{Plain(exception.Message)} {Explain(cause)}",
            FormatException { InnerException: JsonException cause } => Plain(cause.Message),
            // "must be positive. Actual value was 0." where the value is said already
            ArgumentOutOfRangeException { ActualValue: not null } => Plain(exception.Message.Split(Environment.NewLine + "Actual value was ")[0]),
            _ => Plain(exception.Message),
        };
    }

    private static string Plain(string message)
    {
        // TorchSharp appends how it searched for its native library.
        int trace = message.IndexOf(" Trace from LoadNativeBackend", StringComparison.Ordinal);
        return trace < 0 ? Words(message) : $"{Words(message[..trace])} Is the backend for that device installed, and does the machine have one? The device cpu works everywhere.";
    }

    private static string Words(string message) => TypeName().Replace(ParameterName().Replace(message, ""), found => found.Groups["name"].Value switch
    {
        "Int16" or "Int32" or "Int64" or "UInt16" or "UInt32" or "UInt64" or "Byte" => "a whole number",
        "Single" or "Double" or "Decimal" => "a number",
        "Boolean" => "true or false",
        "TimeSpan" => "a span of time such as 00:00:30",
        var name => $"a {name}",
    });

    [GeneratedRegex(@" \(Parameter '[^'\n]{0,200}'\)", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"(?:(?:the )?type '(?:System\.Nullable`1\[)?(?:\w{1,100}\.){0,12}|'System\.(?:Nullable`1\[(?:System\.)?)?)(?<name>\w{1,100})\]?'", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();
}
