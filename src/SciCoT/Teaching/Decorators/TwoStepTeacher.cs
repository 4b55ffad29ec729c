namespace SciCoT.Teaching.Decorators;

/// <summary>Asks for a rationale, then for the answer that follows from it: two calls a request.</summary>
/// <remarks>
/// When the second call has no reply, the first one is returned as <see cref="TeacherFinishReason.NoAnswer"/>: it is paid
/// for and is kept.
/// </remarks>
internal sealed class TwoStepTeacher(ITeacherPrompter innerTeacher) : DelegatingTeacher(innerTeacher)
{
    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reasoned = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Rationale is not null || reasoned.FinishReason != TeacherFinishReason.NoAnswer || string.IsNullOrWhiteSpace(reasoned.Rationale))
            return reasoned;

        TeacherReply decided;
        try
        {
            decided = await InnerTeacher.ExplainAsync(request with { Rationale = reasoned.Rationale }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            return reasoned;
        }

        return reasoned with
        {
            AnswerLabel = decided.AnswerLabel,
            FinishReason = decided.AnswerLabel is null ? TeacherFinishReason.NoAnswer : TeacherFinishReason.Complete,
            Reply = $"{reasoned.Reply ?? reasoned.Rationale}\n\n{decided.Reply ?? decided.AnswerLabel}",
            InputTokens = Sum(reasoned.InputTokens, decided.InputTokens),
            OutputTokens = Sum(reasoned.OutputTokens, decided.OutputTokens),
        };
    }

    private static long? Sum(long? first, long? second) => first is null && second is null ? null : (first ?? 0) + (second ?? 0);
}
