using SciCoT.Postgres.Limits;
using SciCoT.Teaching;

namespace SciCoT.Postgres;

/// <summary>Adds budgets and rate limits that all workers on one database share.</summary>
/// <include file="Examples.xml" path="examples/PostgresTeacherBuilderExtensions/example"/>
public static class PostgresTeacherBuilderExtensions
{
    /// <summary>
    /// Stops when all workers together have spent a number of tokens or an amount of money. Each call reserves what it may take, in the
    /// database, before it starts, and is charged what it took. The store's records of the teacher are spent from the start.
    /// </summary>
    /// <remarks>To be added after <see cref="TeacherBuilder.UseRetry"/>: repeated calls cost money too. A call of a worker that died is charged what was reserved for it, after 15 minutes.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="store">The store that the workers share.</param>
    /// <param name="teacher">The teacher's name, which is the budget's too.</param>
    /// <param name="budget">The limits and prices. They are this worker's own, so give all workers the same; what is spent is in the database.</param>
    public static TeacherBuilder UseSharedBudget(this TeacherBuilder builder, PostgresRationaleStore store, string teacher, TeacherBudget budget)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrWhiteSpace(teacher);
        ArgumentNullException.ThrowIfNull(budget);
        return builder.Use(inner => new SharedBudgetTeacher(inner, store, new(store.Database), teacher, budget));
    }

    /// <summary>Keeps to requests and tokens a minute, all workers together.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="store">The store that the workers share.</param>
    /// <param name="name">The limit's name: workers that give the same one share it.</param>
    /// <param name="limits">The service's limits, the same for all workers.</param>
    public static TeacherBuilder UseSharedRateLimit(this TeacherBuilder builder, PostgresRationaleStore store, string name, TeacherRateLimits limits)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(limits);
        return builder.Use(inner => new SharedRateTeacher(inner, store.Database, name, limits));
    }
}
