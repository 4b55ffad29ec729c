using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Refuses replies of no use: truncated, refused by the service, without text, or without an answer that could be made out.</summary>
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
