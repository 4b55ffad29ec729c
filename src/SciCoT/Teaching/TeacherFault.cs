using System.Text.Json;
using SciCoT.Replies;

namespace SciCoT.Teaching;

/// <summary>Whether, and when, a teacher is asked again after an exception.</summary>
/// <param name="IsTransient">Whether the same call may succeed later.</param>
/// <param name="RetryAfter">How long the service asks to wait, where it does.</param>
public sealed record TeacherFault(bool IsTransient, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// Looks into an exception: connections that fail or break, calls that time out, replies that are cut off, and the states
    /// 408, 409, 425, 429 and 5xx pass; other states, and an account without credit, do not.
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
            TeacherServiceException service => new(service.IsTransient, service.RetryAt is { } date ? (date > now ? date - now : TimeSpan.Zero) : service.RetryAfter),
            TeacherStoppedException or NoRationaleException or TeacherException => new(false),
            HttpRequestException http => new(http.StatusCode is not { } code || TransientStatus.Is((int)code)),
            TimeoutException or IOException or JsonException or OperationCanceledException => new(true),
            AggregateException { InnerException: { } inner } => Of(inner, now),
            _ => OfClient(exception, now),
        };
    }

    private static TeacherFault OfClient(Exception exception, DateTimeOffset now)
    {
        if (ClientResponse.Of(exception, now) is not { } response)
            return new(false);

        // Zero is a call that came to no response; the reason lies within.
        if (response.Status == 0)
            return exception.InnerException is { } inner ? Of(inner, now) : new(true);
        return !TransientStatus.Is(response.Status) || exception.Message.Contains("insufficient_quota", StringComparison.Ordinal)
            ? new(false)
            : new(true, response.RetryAfter);
    }

    /// <summary>Whether nothing came from the service: there was no connection, or no reply in the time of a call.</summary>
    internal static bool IsSilence(Exception exception) => exception is TimeoutException or TeacherServiceException { IsUnreachable: true };

    /// <summary>
    /// Whether a call without a reply may have been paid for: the service had the prompt, and may have written on after the
    /// connection broke or the time was over.
    /// </summary>
    internal static bool MayHaveCost(Exception exception) => exception switch
    {
        TeacherServiceException { IsUnreachable: true } or TeacherServiceException { IsRefusal: true } => false,
        TeacherServiceException service => service.Status is null or (>= 200 and < 300),
        HttpRequestException http => http.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse,
        TimeoutException or IOException or JsonException or OperationCanceledException => true,
        AggregateException { InnerException: { } inner } => MayHaveCost(inner),
        _ => false,
    };
}
