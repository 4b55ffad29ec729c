using SciCoT;
using SciCoT.Rationales;
using SciCoT.Teaching.Filters;

namespace OwnParts;

/// <summary>Refuses rationales that give opinions.</summary>
internal sealed class NoOpinionFilter(params string[] phrases) : IRationaleFilter
{
    public string Name => "no-opinion";

    /// <summary>A run keeps this in its plan: with other phrases it is not continued silently.</summary>
    public string Settings => string.Join(", ", phrases);

    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted) =>
        phrases.FirstOrDefault(phrase => record.Rationale.Contains(phrase, StringComparison.OrdinalIgnoreCase)) is { } phrase
            ? Verdict.Refused($"The rationale says '{phrase}'.")
            : Verdict.Accepted;
}
