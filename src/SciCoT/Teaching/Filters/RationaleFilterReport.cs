using System.Globalization;
using System.Text;
using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Counts the verdicts of a chain of filters.</summary>
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

    /// <summary>The report as a table for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Judged} rationales judged, {Accepted} accepted ({(Judged == 0 ? 0 : (double)Accepted / Judged):0.0 %})\n");
        text.Append(CultureInfo.InvariantCulture, $"{"filter",-16}{"accepted",10}{"refused",10}{"n/a",10}\n");
        foreach (var (filter, accepted, refused, notApplicable) in Filters)
            text.Append(CultureInfo.InvariantCulture, $"{filter,-16}{accepted,10}{refused,10}{notApplicable,10}\n");
        return text.ToString();
    }
}

/// <summary>How often a filter gave each verdict.</summary>
/// <param name="Filter">The filter's name.</param>
/// <param name="Accepted">How many rationales it accepted.</param>
/// <param name="Refused">How many it refused.</param>
/// <param name="NotApplicable">To how many it did not apply.</param>
public sealed record FilterCounts(string Filter, int Accepted, int Refused, int NotApplicable);
