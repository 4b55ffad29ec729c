using SciCoT.Rationales;

namespace SciCoT.Distillation;

/// <summary>How many stored rationales a run learns from, and why the others are left out.</summary>
public sealed record LearnedRationales
{
    /// <summary>Records in the store.</summary>
    public required int Records { get; init; }

    /// <summary>Records that are learned from or validated on.</summary>
    public required int Learned { get; init; }

    /// <summary>
    /// Records that are left out, by reason: <c>no question of this run</c>, <c>another teacher</c>, <c>another prompt</c>,
    /// <c>answer in view</c>, <c>an unaided one is there</c>, <c>beyond the most a question</c>, or <c>refused: </c> and the filters' names.
    /// With <see cref="Learned"/> they add up to <see cref="Records"/>.
    /// </summary>
    public IReadOnlyDictionary<string, int> LeftOut { get; init; } = new Dictionary<string, int>();

    /// <summary>Training and validation questions.</summary>
    public required int Questions { get; init; }

    /// <summary>Those of them without a rationale to learn from; among them those without a record.</summary>
    public required int QuestionsWithout { get; init; }

    /// <summary>Those of them for which the store has no record at all.</summary>
    public required int QuestionsWithoutRecord { get; init; }

    /// <summary>In a sentence.</summary>
    public override string ToString() =>
        $"{Learned} of {Records} rationales are learned from"
        + (LeftOut.Count == 0 ? "" : $"; left out: {string.Join("; ", LeftOut.Select(reason => $"{reason.Value} {reason.Key}"))}")
        + (QuestionsWithout == 0 ? "." : $". {QuestionsWithout} of {Questions} questions have none.");
}

/// <summary>What <see cref="RationaleSelection"/> chose.</summary>
/// <param name="Lines">The rationales to learn, by question.</param>
/// <param name="Judgements">What the filters said.</param>
/// <param name="Records">The records of the run's questions.</param>
/// <param name="Counts">How many, and why not the others.</param>
internal sealed record SelectedRationales(
    IReadOnlyList<RationaleLine> Lines,
    IReadOnlyList<RationaleJudgement> Judgements,
    IReadOnlyList<RationaleRecord> Records,
    LearnedRationales Counts);

/// <summary>Counts records by the reason for which they are left out.</summary>
internal sealed class LeftOutCounts
{
    public const string OtherQuestion = "no question of this run";
    public const string OtherTeacher = "another teacher";
    public const string OtherPrompt = "another prompt";
    public const string AnswerInView = "answer in view";
    public const string UnaidedPreferred = "an unaided one is there";
    public const string Surplus = "beyond the most a question";

    private readonly OrderedDictionary<string, int> _counts = [];

    public int Total => _counts.Values.Sum();

    public IReadOnlyDictionary<string, int> ByReason => _counts;

    public static string RefusedBy(RationaleJudgement judgement) =>
        "refused: " + string.Join(", ", judgement.Verdicts.Where(verdict => verdict.Verdict.Kind == VerdictKind.Refused).Select(verdict => verdict.Filter));

    public void Add(string reason, int count)
    {
        if (count > 0)
            _counts[reason] = _counts.GetValueOrDefault(reason) + count;
    }

    /// <summary>Counts one record.</summary>
    /// <returns><see langword="false"/>.</returns>
    public bool Reject(string reason)
    {
        Add(reason, 1);
        return false;
    }
}
