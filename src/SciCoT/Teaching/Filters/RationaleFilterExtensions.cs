using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Shorter ways to ask a filter.</summary>
public static class RationaleFilterExtensions
{
    /// <summary>Judges a rationale before which none was accepted.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="question">The question, whose gold label may be unknown.</param>
    /// <param name="record">A rationale for it.</param>
    public static Verdict Judge(this IRationaleFilter filter, ScienceQuestion question, RationaleRecord record)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.Judge(question, record, []);
    }
}
