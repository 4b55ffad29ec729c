using Polly;
using Polly.Retry;

namespace SciCoT.Teaching.Decorators;

/// <summary>Asks again after faults that pass.</summary>
internal sealed class RetryTeacher : DelegatingTeacher
{
    private readonly TeacherRetryOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _pipeline;

    public RetryTeacher(ITeacherPrompter innerTeacher, TeacherRetryOptions options, TimeProvider time)
        : base(innerTeacher)
    {
        _options = options;
        _time = time;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.Delay,
                MaxDelay = options.MaxDelay,
                ShouldHandle = arguments => ValueTask.FromResult(IsWorthRetrying(arguments.Outcome.Exception, arguments.Context.CancellationToken)),
                DelayGenerator = arguments => ValueTask.FromResult(Describe(arguments.Outcome.Exception!).RetryAfter),
            })
            .Build();
    }

    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
        await _pipeline.ExecuteAsync(
            static (call, token) => new ValueTask<TeacherReply>(call.Inner.ExplainAsync(call.Request, token)),
            (Inner: InnerTeacher, Request: request),
            cancellationToken).ConfigureAwait(false);

    private bool IsWorthRetrying(Exception? exception, CancellationToken cancellationToken) =>
        exception is not null && !cancellationToken.IsCancellationRequested
        && Describe(exception) is { IsTransient: true } fault && !(fault.RetryAfter > _options.MaxRetryAfter);

    private TeacherFault Describe(Exception exception) => _options.Describe(exception, _time.GetUtcNow());
}
