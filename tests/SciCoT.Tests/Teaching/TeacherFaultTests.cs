using System.Net;
using System.Text.Json;
using SciCoT.Teaching;

namespace SciCoT.Tests.Teaching;

public class TeacherFaultTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<Exception, bool> Exceptions => new()
    {
        { new HttpRequestException("no route"), true },
        { new HttpRequestException("down", null, HttpStatusCode.BadGateway), true },
        { new HttpRequestException("slow", null, HttpStatusCode.TooManyRequests), true },
        { new HttpRequestException("no", null, HttpStatusCode.Unauthorized), false },
        { new TimeoutException(), true },
        { new IOException(), true },
        { new JsonException(), true },
        { new AggregateException(new IOException()), true },
        { new InvalidOperationException(), false },
        { new TeacherStoppedException("enough"), false },
        { new ClientException(503), true },
        { new ClientException(429), true },
        { new ClientException(429, "HTTP 429 (insufficient_quota: insufficient_quota)"), false },
        { new ClientException(404), false },
        { new ClientException(0), true },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void Of_Exception_SaysWhetherItPasses(Exception exception, bool isTransient) =>
        Assert.Equal(isTransient, TeacherFault.Of(exception, Now).IsTransient);

    [Theory]
    [InlineData("Retry-After", "7", 7.0)]
    [InlineData("Retry-After", "0", 0.0)]
    [InlineData("retry-after-ms", "250", 0.25)]
    [InlineData("Retry-After", "Fri, 02 Jan 2026 03:04:35 GMT", 30.0)]
    [InlineData("Retry-After", "Fri, 02 Jan 2026 03:00:00 GMT", 0.0)]
    [InlineData("Retry-After", "-3", null)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("Retry-After", "1e300", null)]
    [InlineData("Other", "7", null)]
    public void Of_ClientException_ReadsTheWait(string header, string value, double? seconds) =>
        Assert.Equal(
            seconds is { } s ? TimeSpan.FromSeconds(s) : null,
            TeacherFault.Of(new ClientException(429, headers: new() { [header] = value }), Now).RetryAfter);

    /// <summary>Shaped as the exceptions of the OpenAI and Azure clients are.</summary>
    private sealed class ClientException(int status, string message = "", Dictionary<string, string>? headers = null) : Exception(message)
    {
        public int Status => status;

        public Response GetRawResponse() => new(headers ?? []);
    }

    private sealed record Response(Dictionary<string, string> Headers);
}
