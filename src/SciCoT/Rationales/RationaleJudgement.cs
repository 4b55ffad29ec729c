namespace SciCoT.Rationales;

/// <summary>What all filters of a chain decided about one rationale.</summary>
/// <param name="Key">The rationale's key in its store.</param>
/// <param name="Verdicts">Each filter's verdict, in the chain's order.</param>
public sealed record RationaleJudgement(RationaleKey Key, IReadOnlyList<FilterVerdict> Verdicts)
{
    /// <summary>Whether no filter refused the rationale.</summary>
    public bool IsAccepted => Verdicts.All(verdict => verdict.Verdict.Kind != VerdictKind.Refused);
}

/// <summary>A verdict with the filter that gave it.</summary>
/// <param name="Filter">The filter's name.</param>
/// <param name="Verdict">Its verdict.</param>
public sealed record FilterVerdict(string Filter, Verdict Verdict);
