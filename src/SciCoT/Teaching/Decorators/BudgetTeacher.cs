using SciCoT.Budgets;

namespace SciCoT.Teaching.Decorators;

/// <summary>Begins a call only where the budget has room for what it will presumably take, and charges what it took.</summary>
internal sealed class BudgetTeacher(ITeacherPrompter innerTeacher, TeacherBudget budget, TimeProvider time, int? maxOutputTokens) : DelegatingTeacher(innerTeacher)
{
    public override async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        var reserved = await budget.ReserveAsync(time, maxOutputTokens, cancellationToken).ConfigureAwait(false);
        TeacherReply reply;
        try
        {
            reply = await InnerTeacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            budget.Release(reserved, isLost: TeacherFault.MayHaveCost(e));
            throw;
        }

        budget.Settle(reserved, reply.Model, reply.InputTokens, reply.OutputTokens);
        return reply;
    }
}
