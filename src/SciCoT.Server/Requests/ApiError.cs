using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace SciCoT.Server.Requests;

/// <summary>A refusal in the form of OpenAI's service, which its clients turn into exceptions.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What is wrong and what was expected.</param>
/// <param name="Type">The kind of refusal.</param>
/// <param name="Code">The refusal's name for programs.</param>
/// <param name="Param">The field of the request that is wrong.</param>
internal sealed record ApiError([property: JsonIgnore] int Status, string Message, string Type, string? Code, string? Param)
{
    private const string BadRequest = "invalid_request_error";

    public static ApiError Invalid(string message, string? param = null, string? code = null) => new(StatusCodes.Status400BadRequest, message, BadRequest, code, param);

    /// <summary>A field that OpenAI's service knows and this one cannot follow.</summary>
    public static ApiError Unsupported(string param, string message) => Invalid(message, param, "unsupported_parameter");

    public static ApiError TooLong(string message, string param) => Invalid(message, param, "string_above_max_length");

    public static ApiError UnknownModel(string message) => new(StatusCodes.Status404NotFound, message, BadRequest, "model_not_found", "model");

    public static ApiError UnknownAddress(string message) => new(StatusCodes.Status404NotFound, message, BadRequest, "unknown_url", null);

    public static ApiError WrongKey(string message) => new(StatusCodes.Status401Unauthorized, message, BadRequest, "invalid_api_key", null);

    public static ApiError WrongContentType(string message) => new(StatusCodes.Status415UnsupportedMediaType, message, BadRequest, "unsupported_content_type", null);

    public static ApiError BadBody(int status, string message) => new(status, message, BadRequest, status == StatusCodes.Status413PayloadTooLarge ? "request_too_large" : null, null);

    public static ApiError Busy(string message) => new(StatusCodes.Status429TooManyRequests, message, "requests", "rate_limit_exceeded", null);

    public static ApiError Timeout(string message) => new(StatusCodes.Status504GatewayTimeout, message, "server_error", "timeout", null);

    public static ApiError Stopping() => new(StatusCodes.Status503ServiceUnavailable, "The server is stopping.", "server_error", "unavailable", null);

    public static ApiError Failed() => new(StatusCodes.Status500InternalServerError, "The server failed to answer. Its log tells why.", "server_error", null, null);
}

/// <summary>The body of a refusal.</summary>
internal sealed record ApiErrorReply(ApiError Error);
