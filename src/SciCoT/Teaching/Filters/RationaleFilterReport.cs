namespace SciCoT.Teaching.Filters;

/// <summary>What a chain of filters did to a set of rationales.</summary>
/// <param name="Judged">How many rationales were judged.</param>
/// <param name="Accepted">How many of them no filter refused.</param>
/// <param name="Filters">Each filter's verdicts, in the chain's order.</param>
public sealed record RationaleFilterReport(int Judged, int Accepted, IReadOnlyList<FilterCounts> Filters)
{
    /// <summary>Counts judgements of one chain.</summary>
    /// <param name="judgements">The judgements.</param>
    public static RationaleFilterReport Of(IEnumerable<RationaleJudgement> judgements)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        int judged = 0, accepted = 0;
        var counts = new OrderedDictionary<string, int[]>();
        foreach (var judgement in judgements)
        {
            judged++;
            accepted += judgement.IsAccepted ? 1 : 0;
            foreach (var (filter, verdict) in judgement.Verdicts)
            {
                if (!counts.TryGetValue(filter, out var byKind))
                    counts.Add(filter, byKind = new int[3]);
                byKind[(int)verdict.Kind]++;
            }
        }

        return new(judged, accepted, [.. counts.Select(pair => new FilterCounts(
            pair.Key,
            pair.Value[(int)VerdictKind.Accepted],
            pair.Value[(int)VerdictKind.Refused],
            pair.Value[(int)VerdictKind.NotApplicable]))]);
    }
}

/// <summary>How often a filter gave each verdict.</summary>
/// <param name="Filter">The filter's name.</param>
/// <param name="Accepted">How many rationales it accepted.</param>
/// <param name="Refused">How many it refused.</param>
/// <param name="NotApplicable">To how many it did not apply.</param>
public sealed record FilterCounts(string Filter, int Accepted, int Refused, int NotApplicable);
