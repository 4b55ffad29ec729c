using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Decides whether students may learn from a rationale.</summary>
/// <remarks>
/// Implementations are pure: the same arguments always get the same verdict, so verdicts can be computed anew at any time
/// and nothing needs to be deleted. They are safe for concurrent callers.
/// </remarks>
/// <include file="Examples.xml" path="examples/IRationaleFilter/example"/>
public interface IRationaleFilter
{
    /// <summary>A short name for reports, for example <c>length</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The values that its verdicts depend on, such as <c>5 to 200 words</c>. Runs keep them in their plan: a run whose filters were set
    /// otherwise is not continued silently.
    /// </summary>
    /// <value>The default is empty: a filter without settings.</value>
    string Settings => "";

    /// <summary>Judges a rationale.</summary>
    /// <param name="question">The question, whose gold label may be unknown.</param>
    /// <param name="record">A rationale for it.</param>
    /// <param name="accepted">The question's rationales that stand before this one and were accepted by all filters.</param>
    Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted);
}
