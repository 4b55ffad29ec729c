using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace SciCoT.Teaching;

/// <summary>What an exception of a teacher means for asking again.</summary>
/// <param name="IsTransient">Whether the same call may succeed later.</param>
/// <param name="RetryAfter">How long the service asks to wait, where it does.</param>
public sealed record TeacherFault(bool IsTransient, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// Looks into an exception: connections that fail or break, calls that time out, replies that are cut off, and the states
    /// 408, 409, 429 and 5xx pass; other states, and an account without credit, do not.
    /// </summary>
    /// <remarks>
    /// The state and the header Retry-After are found in <see cref="HttpRequestException"/> and in every exception with an
    /// <c>int Status</c> and a <c>GetRawResponse()</c> whose <c>Headers</c> can be asked by name: those of the clients of OpenAI
    /// and Azure, which the library does not depend on.
    /// </remarks>
    /// <param name="exception">What the teacher threw.</param>
    /// <param name="now">The time, for Retry-After as a date.</param>
    public static TeacherFault Of(Exception exception, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            TeacherStoppedException or NoRationaleException or TeacherException => new(false),
            HttpRequestException http => new(http.StatusCode is not { } code || Passes((int)code)),
            TimeoutException or IOException or JsonException or OperationCanceledException => new(true),
            AggregateException { InnerException: { } inner } => Of(inner, now),
            _ => OfClient(exception, now),
        };
    }

    private static TeacherFault OfClient(Exception exception, DateTimeOffset now)
    {
        var type = exception.GetType();
        if (type.GetProperty("Status", typeof(int))?.GetValue(exception) is not int status)
            return new(false);

        // Zero is a call that came to no response; the reason lies within.
        if (status == 0)
            return exception.InnerException is { } inner ? Of(inner, now) : new(true);
        if (!Passes(status) || exception.Message.Contains("insufficient_quota", StringComparison.Ordinal))
            return new(false);

        var response = type.GetMethod("GetRawResponse", Type.EmptyTypes)?.Invoke(exception, null);
        var headers = response?.GetType().GetProperty("Headers")?.GetValue(response);
        return new(true, headers is null ? null : Wait(name => Header(headers, name), now));
    }

    private static bool Passes(int status) => status is 408 or 409 or 429 or >= 500;

    private static string? Header(object headers, string name)
    {
        var find = headers.GetType().GetMethod("TryGetValue", BindingFlags.Public | BindingFlags.Instance, [typeof(string), typeof(string).MakeByRefType()]);
        object?[] arguments = [name, null];
        return find?.Invoke(headers, arguments) is true ? arguments[1] as string : null;
    }

    /// <summary>The time that the headers name: in milliseconds (as OpenAI and Azure also send it), in seconds, or as a date.</summary>
    private static TimeSpan? Wait(Func<string, string?> header, DateTimeOffset now)
    {
        if (Number(header("retry-after-ms")) is { } milliseconds)
            return TimeSpan.FromMilliseconds(milliseconds);
        var value = header("Retry-After");
        if (Number(value) is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date > now ? date - now : TimeSpan.Zero
            : null;
    }

    private static double? Number(string? value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number <= TimeSpan.FromDays(365).TotalMilliseconds ? number : null;
}
