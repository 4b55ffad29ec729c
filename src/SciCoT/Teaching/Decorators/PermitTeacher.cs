using System.Threading.RateLimiting;

namespace SciCoT.Teaching.Decorators;

/// <summary>Holds a permit of a limiter during each call.</summary>
internal sealed class PermitTeacher(ITeacherPrompter innerTeacher, RateLimiter limiter, bool ownsLimiter) : DelegatingTeacher(innerTeacher)
{
    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        using var lease = await limiter.AcquireAsync(1, cancellationToken).ConfigureAwait(false);
        if (!lease.IsAcquired)
            throw new TeacherException("The rate limiter gave no permit: its queue is full. Give it a longer queue, or let the annotator ask for fewer questions at a time.");
        return await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && ownsLimiter)
            limiter.Dispose();
    }
}
