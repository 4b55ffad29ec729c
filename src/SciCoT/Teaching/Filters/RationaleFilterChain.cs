using SciCoT.Rationales;

namespace SciCoT.Teaching.Filters;

/// <summary>Judges rationales with several filters. Every filter judges every rationale, so that a report counts what each would refuse.</summary>
/// <remarks>Safe for concurrent callers.</remarks>
/// <include file="Examples.xml" path="examples/RationaleFilterChain/example"/>
public sealed class RationaleFilterChain
{
    private readonly IRationaleFilter[] _filters;

    /// <summary>Makes a chain.</summary>
    /// <param name="filters">The filters; none accepts everything.</param>
    /// <exception cref="ArgumentException">Two filters have one name.</exception>
    public RationaleFilterChain(params IEnumerable<IRationaleFilter> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        _filters = [.. filters];
        if (_filters.GroupBy(filter => filter.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two filters have the name '{twice.Key}'; reports need them to differ.", nameof(filters));
    }

    /// <summary>
    /// The chain for rationales that are to be taught: usable, agreement, answer leak, length, language, format and near
    /// duplicates, with their defaults.
    /// </summary>
    public static RationaleFilterChain Default { get; } = new(
        new UsableFilter(),
        new AgreementFilter(),
        new AnswerLeakFilter(),
        new LengthFilter(),
        new LanguageFilter(),
        new FormatFilter(),
        new NearDuplicateFilter());

    /// <summary>The filters' names, in their order.</summary>
    public IEnumerable<string> Names => _filters.Select(filter => filter.Name);

    /// <summary>The chain with more filters behind its own.</summary>
    internal RationaleFilterChain With(IReadOnlyCollection<IRationaleFilter> more) => more.Count == 0 ? this : new([.. _filters, .. more]);

    /// <summary>Each filter's settings by its name.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Settings => _filters.Select(filter => KeyValuePair.Create(filter.Name, filter.Settings));

    /// <summary>Hears every filter about a question's only rationale.</summary>
    /// <param name="question">The question.</param>
    /// <param name="record">A rationale for it.</param>
    /// <exception cref="ArgumentException">The record is for another question.</exception>
    public RationaleJudgement Judge(ScienceQuestion question, RationaleRecord record) => JudgeAll(question, [record])[0];

    /// <summary>Hears every filter about each of a question's rationales.</summary>
    /// <param name="question">The question.</param>
    /// <param name="records">
    /// All rationales for it in the order of their store. Later ones do not change the verdicts on earlier ones.
    /// </param>
    /// <returns>The judgements, in the records' order.</returns>
    /// <exception cref="ArgumentException">A record is for another question.</exception>
    public IReadOnlyList<RationaleJudgement> JudgeAll(ScienceQuestion question, IEnumerable<RationaleRecord> records)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(records);

        var hash = question.ContentHash;
        var accepted = new List<RationaleRecord>();
        var judgements = new List<RationaleJudgement>();
        foreach (var record in records)
        {
            ArgumentNullException.ThrowIfNull(record, nameof(records));
            if (record.QuestionHash != hash)
                throw new ArgumentException($"The record is for question '{record.QuestionId}', whose content differs from that of '{question.Id}'.", nameof(records));

            var judgement = new RationaleJudgement(record.Key, [.. _filters.Select(filter => new FilterVerdict(filter.Name, filter.Judge(question, record, accepted)))]);
            judgements.Add(judgement);
            if (judgement.IsAccepted)
                accepted.Add(record);
        }

        return judgements;
    }
}
