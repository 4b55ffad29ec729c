using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>
/// Refuses rationales that led the teacher to another answer than the gold one (the filter of STaR, arXiv 2203.14465). It
/// does not apply when the gold answer is unknown or was shown to a teacher that then gave no answer of its own.
/// </summary>
public sealed class AgreementFilter : IRationaleFilter
{
    /// <inheritdoc/>
    public string Name => "agreement";

    /// <inheritdoc/>
    public Verdict Judge(ScienceQuestion question, RationaleRecord record, IReadOnlyList<RationaleRecord> accepted)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(record);
        if (GoldAnswer.Text(question) is not { } gold)
            return Verdict.NotApplicable("The gold answer is not known.");
        if (record.AnswerText is null)
            return record.AnswerRevealed ? Verdict.NotApplicable("The teacher was shown the answer.") : Verdict.Refused("The teacher gave no answer.");
        return GoldAnswer.Same(question, gold, record.AnswerText)
            ? Verdict.Accepted
            : Verdict.Refused($"The teacher answered '{record.AnswerText}'; the gold answer is '{gold}'.");
    }
}
