using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>
/// Refuses rationales that say nearly the same as an accepted one of the same question: learning a sample twice teaches
/// nothing and weighs it double.
/// </summary>
/// <remarks>
/// Two rationales are compared by the runs of four letters or digits that they share, whatever the case, white space and
/// punctuation (Jaccard similarity). Of rationales that are alike the first one that no filter refuses stays.
/// </remarks>
public sealed class NearDuplicateFilter : IRationaleFilter
{
    private const int RunLength = 4;

    private readonly double _maxSimilarity;

    /// <summary>Makes the filter.</summary>
    /// <param name="maxSimilarity">
    /// The similarity, from 0 (nothing in common) to 1 (the same), above which a rationale is refused; 0.7 by default,
    /// which refuses a text of thirty words in which three were replaced and keeps one in which four were.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The similarity is below 0 or above 1.</exception>
    public NearDuplicateFilter(double maxSimilarity = 0.7)
    {
        if (maxSimilarity is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(maxSimilarity), maxSimilarity, "The similarity lies between 0 and 1.");
        _maxSimilarity = maxSimilarity;
    }

    /// <inheritdoc/>
    public string Name => "near-duplicate";

    /// <inheritdoc/>
    public string Settings => FormattableString.Invariant($"similarity at most {_maxSimilarity}");

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(accepted);
        if (accepted.Count == 0)
            return Verdict.Accepted;

        HashSet<ulong>? runs = null;
        foreach (var other in accepted)
        {
            double similarity = record.Rationale == other.Rationale ? 1 : CharacterRuns.Similarity(runs ??= Runs(record.Rationale), Runs(other.Rationale));
            if (similarity > _maxSimilarity)
                return Verdict.Refused(FormattableString.Invariant($"The rationale is {similarity:P0} the same as sample {other.SampleIndex} by {other.Teacher}."));
        }

        return Verdict.Accepted;
    }

    private static HashSet<ulong> Runs(string text) => CharacterRuns.Of(NormalizedText.Of(text), RunLength);
}
