using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using SciCoT.IO;
using SciCoT.Replies;

namespace SciCoT.Teaching.Wire;

/// <summary>Says in one line why a service gave no reply.</summary>
internal static class ServiceFailure
{
    private const int KeptBody = 10_000;

    /// <summary>A response that is a failure, by its status or by what it holds.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The response's body.</param>
    /// <param name="retryAfter">What the headers say of a wait.</param>
    /// <param name="place">The endpoint and the model.</param>
    /// <param name="location">Where a redirection leads.</param>
    /// <param name="inner">The client's exception, where there is one.</param>
    public static TeacherServiceException OfResponse(int status, string body, TimeSpan? retryAfter, string place, string? location = null, Exception? inner = null)
    {
        var error = ServiceError.Find(TolerantJson.Read(body, out _), isFailure: true);
        bool isFiltered = status is 400 or 403 or 422 && error?.IsRefusal == true;
        return Make(status, error, Sentence(status, body, error), body, retryAfter, place, location, isFiltered, inner);
    }

    /// <summary>An error in the body of a response whose status says that all is well.</summary>
    public static TeacherServiceException OfError(ServiceError error, string body, TimeSpan? retryAfter, string place) =>
        Make(error.Status, error, Words(error), body, retryAfter, place + " (in the body of a 200)", null, error.Status < 500 && error.IsRefusal, null);

    /// <summary>A response without an error that holds no reply either.</summary>
    /// <param name="what">What came in its place.</param>
    /// <param name="body">The response's body.</param>
    /// <param name="place">The endpoint and the model.</param>
    /// <param name="isTransient">Whether the same call may succeed later.</param>
    /// <param name="status">The response's status.</param>
    public static TeacherServiceException NoReply(string what, string body, string place, bool isTransient, int status = 200) => new($"{place}: {what}")
    {
        Status = status,
        IsTransient = isTransient,
        Body = Kept(body),
    };

    /// <summary>What a client threw.</summary>
    /// <returns><see langword="null"/> when nothing better can be said than the exception does.</returns>
    public static TeacherServiceException? Of(Exception exception, string place, DateTimeOffset now)
    {
        if (ClientResponse.Of(exception, now) is { Status: > 0 } response)
            return OfResponse(response.Status, response.Body ?? exception.Message, response.RetryAfter, place, inner: exception);
        if (Find<SocketException>(exception) is { } socket && Find<HttpRequestException>(exception) is { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError })
            return Unreachable(socket.SocketErrorCode == SocketError.ConnectionRefused ? "the connection was refused: nothing listens there. Is the server started, and is the port right?"
                : $"no connection: {ForeignText.OneLine(socket.Message)}. Is the address right?", place, exception);
        if (Find<HttpRequestException>(exception) is { } http)
        {
            return http.HttpRequestError == HttpRequestError.SecureConnectionError
                ? Unreachable($"no secure connection: {ForeignText.OneLine(http.InnerException?.Message ?? http.Message)} Does the server speak https, or http only?", place, exception)
                : new($"{place}: the connection broke: {ForeignText.OneLine(Messages(http))}", exception) { IsTransient = http.StatusCode is null || TransientStatus.Is((int)http.StatusCode), Status = (int?)http.StatusCode };
        }

        if (Find<IOException>(exception) is { } io)
            return new($"{place}: the connection broke: {ForeignText.OneLine(io.Message)}", exception) { IsTransient = true };
        return IsUnreadable(exception)
            ? new($"{place}: the client could not read the reply: {ForeignText.OneLine(exception.Message)} Put a ChatCompletionsHandler below the client; it reads what services send.", exception) { IsTransient = true, Status = 200 }
            : null;
    }

    private static TeacherServiceException Make(int status, ServiceError? error, string sentence, string body, TimeSpan? retryAfter, string place, string? location, bool isFiltered, Exception? inner)
    {
        var wait = retryAfter ?? error?.RetryAfter;
        bool passes = TransientStatus.Is(status) && error?.IsOutOfCredit != true && !body.Contains("insufficient_quota", StringComparison.Ordinal);
        var message = FormattableString.Invariant($"HTTP {status} from {place}: {sentence}");
        if (!message.EndsWith('.') && !message.EndsWith('!') && !message.EndsWith('?'))
            message += ".";
        if (wait is { } span && span > TimeSpan.Zero)
            message += FormattableString.Invariant($" The service asks to wait {span.TotalSeconds:0.###} s{(span.TotalHours >= 1 ? FormattableString.Invariant($" ({span.TotalHours:0.#} hours)") : "")}.");
        return new TeacherServiceException(message + Remedy(status, location, error, isFiltered, body), inner)
        {
            Status = status,
            IsTransient = passes,
            IsRefusal = isFiltered,
            RetryAfter = wait,
            Body = Kept(body),
        };
    }

    private static string Remedy(int status, string? location, ServiceError? error, bool isFiltered, string body) => status switch
    {
        _ when error?.IsOutOfCredit == true => " The account has no credit left.",
        _ when isFiltered => " The prompt was refused by a content filter.",
        >= 300 and < 400 => location is null ? " It is a redirection; give the address that it leads to." : $" It is a redirection to {ForeignText.OneLine(location)}; give that address.",
        401 => " Is the key right?",
        404 or 405 => " Does the endpoint's address end in /v1, and does the service know the model?",
        502 or 503 or 504 when Markup.Is(body) => " Is the service behind this server started, and is the address that of the service?",
        _ => "",
    };

    /// <summary>What a status says where the body says nothing.</summary>
    private static string Silence(int status) => status switch
    {
        401 => "the service refused the key and gave no reason",
        403 => "the service refused access and gave no reason; the key may not be allowed to use this model",
        404 => "nothing was found at this address",
        408 => "the service waited too long for the request",
        413 => "the request is too long for the service",
        429 => "there were too many requests",
        >= 500 => "the service failed and gave no reason",
        >= 400 => "the service refused the request and gave no reason",
        _ => "no text",
    };

    private static string Sentence(int status, string body, ServiceError? error)
    {
        if (error is not null)
            return Words(error);
        if (Markup.Is(body))
            return Markup.Visible(body) is { Length: > 0 } seen ? $"an HTML page, not JSON: '{seen}'" : "an HTML page, not JSON";
        return string.IsNullOrWhiteSpace(body) ? Silence(status) : ForeignText.OneLine(body);
    }

    private static string Words(ServiceError error)
    {
        var sentence = ForeignText.OneLine(error.Sentence);
        string[] codes = [.. error.Codes.Select(code => ForeignText.OneLine(code)).Where(code => code.Length is > 0 and < 100 && code != "error" && !sentence.Contains(code, StringComparison.Ordinal)).Distinct()];
        return codes.Length == 0 ? sentence : $"{sentence} ({string.Join(", ", codes)})";
    }

    private static TeacherServiceException Unreachable(string what, string place, Exception exception) =>
        new($"{place}: {what}", exception) { IsTransient = true, IsUnreachable = true };

    /// <summary>Whether an exception is what a client throws for JSON of another shape than it knows.</summary>
    private static bool IsUnreadable(Exception exception) => exception is JsonException or FormatException or KeyNotFoundException or OverflowException
        || (exception is ArgumentException or InvalidOperationException or NullReferenceException or IndexOutOfRangeException
            && exception.Source is { } source && (source.StartsWith("System.Text.Json", StringComparison.Ordinal) || source.StartsWith("OpenAI", StringComparison.Ordinal) || source.StartsWith("Microsoft.Extensions.AI", StringComparison.Ordinal)));

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
                return found;
        }

        return null;
    }

    private static string Messages(Exception exception) =>
        exception.InnerException is { } inner && inner.Message != exception.Message ? $"{exception.Message} {inner.Message}" : exception.Message;

    private static string Kept(string body) => body.Length <= KeptBody ? body : body[..KeptBody];

    /// <summary>Names an endpoint and a model in a message.</summary>
    public static string Place(Uri? endpoint, string? model) =>
        $"{(endpoint is null ? "the service" : ForeignText.OneLine(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')))}{(model is null ? "" : string.Create(CultureInfo.InvariantCulture, $", model '{ForeignText.OneLine(model)}'"))}";
}
