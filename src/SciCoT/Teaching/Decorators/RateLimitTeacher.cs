namespace SciCoT.Teaching.Decorators;

/// <summary>Keeps to requests and tokens a minute. Tokens are estimated before a call and set right after it.</summary>
internal sealed class RateLimitTeacher : DelegatingTeacher
{
    /// <summary>The weight of the latest call in the expectation: about the last twenty count.</summary>
    private const double Newness = 0.05;

    private readonly PacedRateLimiter? _requests;
    private readonly PacedRateLimiter? _tokens;
    private double _expected;

    public RateLimitTeacher(ITeacherPrompter innerTeacher, TeacherRateLimits limits, TimeProvider time)
        : base(innerTeacher)
    {
        _requests = limits.RequestsPerMinute is { } requests ? new(requests, time) : null;
        _tokens = limits.TokensPerMinute is { } tokens ? new(tokens, time) : null;
        _expected = limits.ExpectedTokensPerCall;
    }

    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        if (_requests is not null)
            await _requests.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (_tokens is null)
            return await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);

        int expected = (int)Math.Ceiling(Volatile.Read(ref _expected));
        await _tokens.AcquireAsync(expected, cancellationToken).ConfigureAwait(false);
        TeacherReply reply;
        try
        {
            reply = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // No reply, no tokens.
            _tokens.Adjust(-expected);
            throw;
        }

        if (reply.InputTokens is not null || reply.OutputTokens is not null)
            Charge(expected, (reply.InputTokens ?? 0) + (reply.OutputTokens ?? 0));
        return reply;
    }

    private void Charge(int expected, long taken)
    {
        _tokens!.Adjust(taken - expected);
        // An update that two threads make at once may be lost; it is an estimate.
        double before = Volatile.Read(ref _expected);
        Volatile.Write(ref _expected, Math.Min(before + (Newness * (taken - before)), int.MaxValue));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _requests?.Dispose();
        _tokens?.Dispose();
    }
}
