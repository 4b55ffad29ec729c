namespace SciCoT.Teaching;

/// <summary>
/// The teacher is not to be asked any more, for a reason that does not lie with the question. An annotator that gets it asks
/// nothing further, keeps what comes in, and says so in its result.
/// </summary>
public class TeacherStoppedException : SciCoTException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why, and how to go on.</param>
    /// <param name="inner">What led to it.</param>
    public TeacherStoppedException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A <see cref="TeacherBudget"/> is spent.</summary>
public sealed class BudgetExhaustedException : TeacherStoppedException
{
    internal BudgetExhaustedException(string message)
        : base(message)
    {
    }
}
