namespace SciCoT.Teaching.Decorators;

/// <summary>Begins no call when the budget is spent, and charges each reply.</summary>
internal sealed class BudgetTeacher(ITeacherPrompter innerTeacher, TeacherBudget budget) : DelegatingTeacher(innerTeacher)
{
    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        budget.EnsureOpen();
        var reply = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        budget.Charge(reply.Model, reply.InputTokens, reply.OutputTokens);
        return reply;
    }
}
