using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>A teacher that replies with stored rationales, of a finished run or a published data set.</summary>
/// <remarks>
/// Safe for concurrent callers. A record is found by the question's content hash, the sample index and whether the answer
/// was revealed, so that rationales written with the answer in view are only given to those who ask for such.
/// </remarks>
public sealed class ReplayTeacher : ITeacherPrompter
{
    private readonly Dictionary<(string Hash, int Sample, bool Revealed), RationaleRecord> _records = [];

    /// <summary>Makes a teacher of records, which are kept in memory.</summary>
    /// <param name="records">The records; of several attempts the last counts, of two records with one key the first.</param>
    /// <param name="teacher">Repeat only this teacher's records; <see langword="null"/> for all, which then must be of one teacher.</param>
    /// <exception cref="ArgumentException">No teacher is named and the records are of several.</exception>
    public ReplayTeacher(IEnumerable<RationaleRecord> records, string? teacher = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        var named = teacher;
        foreach (var record in records)
        {
            teacher ??= record.Teacher;
            if (record.Teacher == teacher)
                Add(record);
            else if (named is null)
                throw new ArgumentException($"The records are of more than one teacher ('{teacher}', '{record.Teacher}'); name the one to repeat.", nameof(teacher));
        }
    }

    /// <summary>Makes a teacher of what a store holds at the time of the call.</summary>
    /// <param name="store">The store.</param>
    /// <param name="teacher">Repeat only this teacher's records; <see langword="null"/> for all, which then must be of one teacher.</param>
    /// <param name="cancellationToken">Stops before the next record.</param>
    /// <exception cref="ArgumentException">No teacher is named and the records are of several.</exception>
    public static async Task<ReplayTeacher> FromStoreAsync(IRationaleStore store, string? teacher = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new ReplayTeacher(await store.ReadAllAsync(cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false), teacher);
    }

    /// <inheritdoc/>
    /// <exception cref="NoRationaleException">There is no record for the request.</exception>
    public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<TeacherReply>(cancellationToken);

        return _records.TryGetValue((request.Question.ContentHash, request.SampleIndex, request.RevealAnswer), out var record)
            ? Task.FromResult(Reply(request.Question, record))
            : Task.FromException<TeacherReply>(new NoRationaleException(request));
    }

    private void Add(RationaleRecord record)
    {
        var key = (record.QuestionHash, record.SampleIndex, record.AnswerRevealed);
        if (!_records.TryGetValue(key, out var known) || known.Attempt < record.Attempt)
            _records[key] = record;
    }

    private static TeacherReply Reply(ScienceQuestion question, RationaleRecord record) => new(
        record.Rationale, record.AnswerText is null ? null : GoldAnswer.Label(question, record.AnswerText, record.AnswerLabel))
    {
        Teacher = record.Teacher,
        Model = record.Model,
        PromptHash = record.PromptHash,
        FinishReason = record.FinishReason,
        Sampling = record.Sampling,
        Reply = record.Reply,
        ReplyId = record.ReplyId,
        InputTokens = record.InputTokens,
        OutputTokens = record.OutputTokens,
    };
}
