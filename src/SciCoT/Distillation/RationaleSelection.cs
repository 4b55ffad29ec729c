using SciCoT.Rationales;
using SciCoT.Teaching.Filters;

namespace SciCoT.Distillation;

/// <summary>Which of the rationales that passed the filters are learned from. The default takes all of them.</summary>
/// <include file="Examples.xml" path="examples/RationaleSelection/example"/>
public sealed record RationaleSelection
{
    /// <summary>Everything that passed the filters.</summary>
    public static RationaleSelection All { get; } = new();

    /// <summary>The teachers whose rationales are taken, by name.</summary>
    /// <value>The default is none named: all teachers.</value>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>The prompts whose rationales are taken: a record's <see cref="RationaleRecord.PromptHash"/> or the beginning of it, at least 4 characters.</summary>
    /// <value>The default is none named: all prompts, and records without one.</value>
    public IReadOnlyList<string> PromptHashes { get; init; } = [];

    /// <summary>The most rationales a question, the first in the store's order.</summary>
    /// <value>The default is <see langword="null"/>: all.</value>
    public int? MaxPerQuestion { get; init; }

    /// <summary>What becomes of rationales whose teacher had the gold answer in view.</summary>
    /// <value>The default is <see cref="RevealedRationales.Take"/>.</value>
    public RevealedRationales Revealed { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names the property.</exception>
    internal void Validate()
    {
        if (MaxPerQuestion < 1)
            throw new ArgumentException($"{nameof(RationaleSelection)}.{nameof(MaxPerQuestion)} must be at least 1; got {MaxPerQuestion}.", nameof(MaxPerQuestion));
        if (!Enum.IsDefined(Revealed))
            throw new ArgumentException($"{nameof(RationaleSelection)}.{nameof(Revealed)} must be one of {string.Join(", ", Enum.GetNames<RevealedRationales>())}; got {Revealed}.", nameof(Revealed));
        if (PromptHashes.FirstOrDefault(hash => hash.Length < 4) is { } brief)
            throw new ArgumentException($"{nameof(RationaleSelection)}.{nameof(PromptHashes)} must hold at least 4 characters of a hash; got '{brief}'.", nameof(PromptHashes));
    }

    /// <summary>Chooses from a store.</summary>
    /// <param name="questions">The questions to learn from, and those to validate on.</param>
    /// <param name="records">All records, in the store's order.</param>
    /// <param name="filters">Which rationales may be learned from.</param>
    internal SelectedRationales Choose(IReadOnlyList<ScienceQuestion> questions, IReadOnlyList<RationaleRecord> records, RationaleFilterChain filters)
    {
        var byHash = records.ToLookup(record => record.QuestionHash, StringComparer.Ordinal);
        var hashes = questions.Select(question => question.ContentHash).ToArray();
        var asked = hashes.ToHashSet(StringComparer.Ordinal);
        var leftOut = new LeftOutCounts();
        leftOut.Add(LeftOutCounts.OtherQuestion, records.Count(record => !asked.Contains(record.QuestionHash)));

        var lines = new List<RationaleLine>();
        var judgements = new List<RationaleJudgement>();
        var counted = new HashSet<string>(StringComparer.Ordinal);
        int without = 0;
        for (int i = 0; i < questions.Count; i++)
        {
            // A question may stand twice under two identifiers; its records count once.
            var counts = counted.Add(hashes[i]) ? leftOut : new LeftOutCounts();
            var own = byHash[hashes[i]].Where(record => IsWanted(record, counts)).ToArray();
            if (Revealed != RevealedRationales.Take)
                own = [.. own.OrderBy(record => record.AnswerRevealed)]; // of near duplicates the unaided one is to stay
            var judged = filters.JudgeAll(questions[i], own);
            judgements.AddRange(judged);
            var taken = Rank([.. own.Where((_, n) => judged[n].IsAccepted)], counts);
            foreach (var judgement in judged.Where(judgement => !judgement.IsAccepted))
                counts.Add(LeftOutCounts.RefusedBy(judgement), 1);
            without += taken.Count == 0 ? 1 : 0;
            lines.AddRange(taken.Select(record => new RationaleLine(questions[i].Id, record.Rationale)));
        }

        return new(lines, judgements, [.. asked.SelectMany(hash => byHash[hash])], new()
        {
            Records = records.Count,
            Learned = records.Count - leftOut.Total,
            LeftOut = leftOut.ByReason,
            Questions = questions.Count,
            QuestionsWithout = without,
            QuestionsWithoutRecord = hashes.Count(hash => !byHash.Contains(hash)),
        });
    }

    private bool IsWanted(RationaleRecord record, LeftOutCounts leftOut)
    {
        if (Teachers.Count > 0 && !Teachers.Contains(record.Teacher))
            return leftOut.Reject(LeftOutCounts.OtherTeacher);
        if (PromptHashes.Count > 0 && !PromptHashes.Any(hash => record.PromptHash?.StartsWith(hash, StringComparison.Ordinal) == true))
            return leftOut.Reject(LeftOutCounts.OtherPrompt);
        return Revealed != RevealedRationales.LeaveOut || !record.AnswerRevealed || leftOut.Reject(LeftOutCounts.AnswerInView);
    }

    /// <summary>Those of a question's accepted rationales that are learned from.</summary>
    private IReadOnlyList<RationaleRecord> Rank(IReadOnlyList<RationaleRecord> accepted, LeftOutCounts leftOut)
    {
        if (Revealed == RevealedRationales.WhereNoOther && accepted.Any(record => !record.AnswerRevealed))
        {
            leftOut.Add(LeftOutCounts.UnaidedPreferred, accepted.Count(record => record.AnswerRevealed));
            accepted = [.. accepted.Where(record => !record.AnswerRevealed)];
        }

        if (MaxPerQuestion is { } most && accepted.Count > most)
        {
            leftOut.Add(LeftOutCounts.Surplus, accepted.Count - most);
            accepted = [.. accepted.Take(most)];
        }

        return accepted;
    }
}

/// <summary>Whether students learn from rationales whose teacher had the gold answer in view.</summary>
public enum RevealedRationales
{
    /// <summary>They are learned from like all others.</summary>
    Take,

    /// <summary>They are learned from where a question has no accepted rationale that was written without the answer in view.</summary>
    WhereNoOther,

    /// <summary>They are not learned from.</summary>
    LeaveOut,
}
