using SciCoT.Budgets;
using SciCoT.Postgres.Database;
using SciCoT.Teaching;

namespace SciCoT.Postgres.Limits;

/// <summary>Keeps to requests and tokens a minute that all workers take together.</summary>
internal sealed class SharedRateTeacher : DelegatingTeacher
{
    private readonly Lock _lock = new();
    private readonly CallEstimate _tokensOfACall = new();
    private readonly SharedRate? _requests, _tokens;
    private readonly double _assumed;

    public SharedRateTeacher(ITeacherPrompter innerTeacher, PostgresDatabase database, string name, TeacherRateLimits limits)
        : base(innerTeacher)
    {
        _requests = limits.RequestsPerMinute is { } requests ? new(new(database, name + "/requests", requests)) : null;
        _tokens = limits.TokensPerMinute is { } tokens ? new(new(database, name + "/tokens", tokens)) : null;
        _assumed = limits.ExpectedTokensPerCall;
    }

    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        if (_requests is not null)
            await _requests.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (_tokens is null)
            return await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);

        double expected = Expected();
        await _tokens.AcquireAsync(expected, cancellationToken).ConfigureAwait(false);
        TeacherReply reply;
        try
        {
            reply = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // No reply, no tokens, unless the service had begun to write.
            if (!TeacherFault.MayHaveCost(e))
                await _tokens.AdjustAsync(-expected).ConfigureAwait(false);
            throw;
        }

        if (reply.InputTokens is not null || reply.OutputTokens is not null)
        {
            long taken = (reply.InputTokens ?? 0) + (reply.OutputTokens ?? 0);
            lock (_lock)
                _tokensOfACall.Add(taken);
            await _tokens.AdjustAsync(taken - expected).ConfigureAwait(false);
        }

        return reply;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _requests?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _tokens?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private double Expected()
    {
        lock (_lock)
            return (double?)_tokensOfACall.Mean ?? _assumed;
    }
}
