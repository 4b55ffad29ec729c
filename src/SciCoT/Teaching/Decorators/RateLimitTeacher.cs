using SciCoT.Budgets;

namespace SciCoT.Teaching.Decorators;

/// <summary>Keeps to requests and tokens a minute. Tokens are estimated before a call and set right after it.</summary>
internal sealed class RateLimitTeacher : DelegatingTeacher
{
    /// <summary>Before a call has told its tokens, those under way may take so many times the expected ones…</summary>
    private const int Doubt = 4;

    /// <summary>…and are so many that this share of a minute's tokens would not be exceeded.</summary>
    private const double ProbedShare = 0.05;

    private readonly Lock _lock = new();
    private readonly CallEstimate _tokensOfACall = new();
    private readonly PacedRateLimiter? _requests;
    private readonly PacedRateLimiter? _tokens;
    private readonly SemaphoreSlim _probes;
    private readonly double _assumed;
    private volatile bool _isKnown;

    public RateLimitTeacher(ITeacherPrompter innerTeacher, TeacherRateLimits limits, TimeProvider time)
        : base(innerTeacher)
    {
        _requests = limits.RequestsPerMinute is { } requests ? new(requests, time) : null;
        _tokens = limits.TokensPerMinute is { } tokens ? new(tokens, time) : null;
        _assumed = limits.ExpectedTokensPerCall;
        _probes = new((int)Math.Clamp(ProbedShare * (limits.TokensPerMinute ?? 0) / (Doubt * _assumed), 1, 64));
    }

    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        if (_requests is not null)
            await _requests.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (_tokens is null)
            return await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        if (_isKnown)
            return await CountedAsync(request, cancellationToken).ConfigureAwait(false);

        // What calls take is not known yet: a few go ahead.
        await _probes.WaitAsync(cancellationToken).ConfigureAwait(false);
        bool isProbe = !_isKnown;
        if (!isProbe)
            _probes.Release(); // one of the first has ended meanwhile
        try
        {
            return await CountedAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (isProbe)
                _probes.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _requests?.Dispose();
        _tokens?.Dispose();
        _probes.Dispose();
    }

    private async Task<TeacherReply> CountedAsync(TeacherRequest request, CancellationToken cancellationToken)
    {
        double expected = await _tokens!.AcquireAsync(Expected, cancellationToken).ConfigureAwait(false);
        TeacherReply reply;
        try
        {
            reply = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // No reply, no tokens, unless the service had begun to write.
            if (!TeacherFault.MayHaveCost(e))
                _tokens.Adjust(-expected);
            throw;
        }

        if (reply.InputTokens is not null || reply.OutputTokens is not null)
        {
            long taken = (reply.InputTokens ?? 0) + (reply.OutputTokens ?? 0);
            lock (_lock)
                _tokensOfACall.Add(taken);
            _tokens.Adjust(taken - expected);
        }

        _isKnown = true;
        return reply;
    }

    private double Expected()
    {
        lock (_lock)
            return (double?)_tokensOfACall.Mean ?? _assumed;
    }
}
