using Polly;
using Polly.Retry;
using SciCoT.IO;

namespace SciCoT.Teaching.Decorators;

/// <summary>Asks again after faults that pass.</summary>
internal sealed class RetryTeacher : DelegatingTeacher
{
    private static readonly ResiliencePropertyKey<TeacherRequest> Asked = new("request");

    private readonly TeacherRetryOptions _options;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _pipeline;
    private volatile bool _hasAnswered;

    public RetryTeacher(ITeacherPrompter innerTeacher, TeacherRetryOptions options, TimeProvider time)
        : base(innerTeacher)
    {
        _options = options;
        _time = time;
        var retry = TransientRetry.Create(options.MaxRetries, options.Delay, options.MaxDelay, IsWorthRetrying, exception => Describe(exception).RetryAfter);
        retry.OnRetry = arguments =>
        {
            if (arguments.Context.Properties.TryGetValue(Asked, out var request))
                options.OnRetry?.Invoke(new(request, arguments.Outcome.Exception!, arguments.AttemptNumber + 1, arguments.RetryDelay) { MaxRetries = MaxRetries(arguments.Outcome.Exception!) });
            return default;
        };
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(retry).Build();
    }

    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            context.Properties.Set(Asked, request);
            var reply = await _pipeline.ExecuteAsync(
                static (call, teacher) => new ValueTask<TeacherReply>(teacher.InnerTeacher.ExplainAsync(call.Properties.GetValue(Asked, null!), call.CancellationToken)),
                context,
                this).ConfigureAwait(false);
            _hasAnswered = true;
            return reply;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsWorthRetrying(Exception exception, int attempt)
    {
        _hasAnswered |= !TeacherFault.IsSilence(exception);
        if (attempt >= MaxRetries(exception))
            return false;
        return Describe(exception) is { IsTransient: true } fault && !(fault.RetryAfter > _options.MaxRetryAfter);
    }

    private int MaxRetries(Exception exception) =>
        TeacherFault.IsSilence(exception) && !_hasAnswered ? Math.Min(_options.MaxUnreachableRetries, _options.MaxRetries) : _options.MaxRetries;

    private TeacherFault Describe(Exception exception) => _options.Describe(exception, _time.GetUtcNow());
}
