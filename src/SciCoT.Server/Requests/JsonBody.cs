using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace SciCoT.Server.Requests;

/// <summary>Reads bodies of requests and writes those of replies.</summary>
internal static class JsonBody
{
    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">It is not said to be JSON, or is not what the type takes.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
            throw new ApiException(ApiError.WrongContentType("The body must be JSON, with the header 'Content-Type: application/json'."));
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
                ?? throw new ApiException(ApiError.Invalid("The body must be a JSON object; got null."));
        }
        catch (JsonException e)
        {
            var place = e.Path is { Length: > 1 } path ? $"; see {path}" : "";
            throw new ApiException(ApiError.Invalid($"The body is not the JSON that {context.Request.Path} takes: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}{place}."));
        }
    }

    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
