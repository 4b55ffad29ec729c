using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SciCoT.Server.Requests;

/// <summary>What stands around each request of <c>/v1</c>: the key, the time it may take, and refusals in one form.</summary>
internal sealed partial class RequestGuard(SciCoTServerOptions options, ApiKeys keys, TimeProvider time, ILogger<RequestGuard> log)
{
    /// <summary>A handler that may throw <see cref="ApiException"/>, as one that writes refusals.</summary>
    public RequestDelegate Wrap(RequestDelegate handler) => context => RunAsync(context, handler);

    /// <summary>Refuses an address that nothing is mapped to.</summary>
    public static Task RefuseAddressAsync(HttpContext context) =>
        throw new ApiException(ApiError.UnknownAddress($"{context.Request.Method} {context.Request.Path} is unknown. Known: POST /v1/answers, POST /v1/chat/completions, GET /v1/models, GET /v1/models/{{id}}.{(context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) ? "" : " The base address of OpenAI's clients ends in /v1 here.")}"));

    private async Task RunAsync(HttpContext context, RequestDelegate handler)
    {
        var left = context.RequestAborted;
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(left, timeout.Token);
        context.RequestAborted = ended.Token;
        ApiError? error;
        try
        {
            keys.Check(context.Request.Headers.Authorization);
            await handler(context).ConfigureAwait(false);
            return;
        }
        catch (Exception) when (left.IsCancellationRequested)
        {
            return; // nobody reads a reply
        }
        catch (Exception e)
        {
            error = timeout.IsCancellationRequested && e is OperationCanceledException
                ? ApiError.Timeout(FormattableString.Invariant($"The request took longer than {options.RequestTimeout.TotalSeconds:0.###} seconds."))
                : ErrorOf(context, e);
        }
        finally
        {
            context.RequestAborted = left;
        }

        await RefuseAsync(context, error).ConfigureAwait(false);
    }

    private ApiError ErrorOf(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ApiException refusal:
                return refusal.Error;
            case InvalidQuestionException:
                return ApiError.Invalid(exception.Message);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiError.BadBody(StatusCodes.Status413PayloadTooLarge, $"The body has more than {options.MaxBodyBytes} bytes.");
            case BadHttpRequestException bad:
                return ApiError.BadBody(bad.StatusCode, "The body did not arrive whole.");
            case ObjectDisposedException:
                return ApiError.Stopping(); // the models were disposed of under a request that outlasted the shutdown
            default:
                RequestFailed(log, exception, context.GetEndpoint()?.DisplayName);
                return ApiError.Failed();
        }
    }

    private static async Task RefuseAsync(HttpContext context, ApiError error)
    {
        var reply = new ApiErrorReply(error);
        if (context.Response.HasStarted)
        {
            // Only a stream of events begins before it is known how it ends.
            await EventStream.Continue(context).SendAsync("error", reply, ServerJson.Relaxed.ApiErrorReply).ConfigureAwait(false);
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = error.Status;
        if (error.Status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "1";
        if (error.Status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        await JsonBody.WriteAsync(context, reply, ServerJson.Relaxed.ApiErrorReply).ConfigureAwait(false);
    }

    [LoggerMessage(1, LogLevel.Error, "{Endpoint} failed")]
    private static partial void RequestFailed(ILogger log, Exception exception, string? endpoint);
}
