namespace SciCoT.Teaching.Decorators;

/// <summary>Cancels a call that takes too long and says so with a <see cref="TimeoutException"/>.</summary>
internal sealed class TimeoutTeacher(ITeacherPrompter innerTeacher, TimeSpan timeout, TimeProvider time, string? place = null) : DelegatingTeacher(innerTeacher)
{
    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await InnerTeacher.ExplainAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{place ?? "The teacher"} did not reply within {timeout}.", e);
        }
    }
}
