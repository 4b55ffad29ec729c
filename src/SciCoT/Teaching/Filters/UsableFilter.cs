using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Refuses replies that are not whole: truncated, refused by the service, or without text.</summary>
public sealed class UsableFilter : IRationaleFilter
{
    /// <inheritdoc/>
    public string Name => "usable";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.FinishReason != TeacherFinishReason.Complete)
            return Verdict.Refused($"The reply ended as {record.FinishReason}.");
        return string.IsNullOrWhiteSpace(record.Rationale) ? Verdict.Refused("The rationale is empty.") : Verdict.Accepted;
    }
}
