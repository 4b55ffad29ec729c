using System.Reflection;

namespace SciCoT.Replies;

/// <summary>
/// The response that an exception of a client tells of: any exception with an <c>int Status</c> and a <c>GetRawResponse()</c> whose
/// <c>Headers</c> can be asked by name, as those of the clients of OpenAI and Azure, which the library does not depend on.
/// </summary>
/// <param name="Status">The status; 0 for a call that came to no response.</param>
/// <param name="RetryAfter">The wait that the headers name.</param>
/// <param name="Body">The response's body.</param>
internal sealed record ClientResponse(int Status, TimeSpan? RetryAfter, string? Body)
{
    /// <summary>Looks into an exception.</summary>
    /// <returns><see langword="null"/> when it is not of that kind.</returns>
    public static ClientResponse? Of(Exception exception, DateTimeOffset now)
    {
        var type = exception.GetType();
        if (type.GetProperty("Status", typeof(int))?.GetValue(exception) is not int status)
            return null;
        var response = status == 0 ? null : type.GetMethod("GetRawResponse", Type.EmptyTypes)?.Invoke(exception, null);
        var headers = response?.GetType().GetProperty("Headers")?.GetValue(response);
        return new(status, headers is null ? null : RetryAfterHeader.Read(name => Header(headers, name), now), Content(response));
    }

    private static string? Header(object headers, string name)
    {
        var find = headers.GetType().GetMethod("TryGetValue", BindingFlags.Public | BindingFlags.Instance, [typeof(string), typeof(string).MakeByRefType()]);
        object?[] arguments = [name, null];
        return find?.Invoke(headers, arguments) is true ? arguments[1] as string : null;
    }

    private static string? Content(object? response)
    {
        try
        {
            return response?.GetType().GetProperty("Content")?.GetValue(response)?.ToString();
        }
        catch (TargetInvocationException)
        {
            // A response that was not buffered has no content to look at.
            return null;
        }
    }
}
