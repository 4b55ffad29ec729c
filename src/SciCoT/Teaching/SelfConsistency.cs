using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>The vote of several rationales for one question (self-consistency, arXiv 2203.11171).</summary>
/// <param name="AnswerLabel">
/// The label that the winning answer has in this printing of the question; <see langword="null"/> when nobody voted or two
/// answers have most votes: a tie is not broken by guessing.
/// </param>
/// <param name="Votes">How many rationales voted.</param>
/// <param name="Agreeing">The rationales that gave the winning answer, in their order.</param>
/// <param name="Counts">The answers' texts with their votes, most votes first.</param>
public sealed record SelfConsistency(
    string? AnswerLabel,
    int Votes,
    IReadOnlyList<RationaleRecord> Agreeing,
    IReadOnlyList<KeyValuePair<string, int>> Counts)
{
    /// <summary>The share of the votes that the winning answer has, from 0 to 1.</summary>
    public double Agreement => Votes == 0 ? 0 : (double)Agreeing.Count / Votes;

    /// <summary>
    /// Counts the votes. Those vote who replied completely, gave an answer that is one of the question's, and gave it
    /// without having seen the gold one. Each sample of a teacher has one vote, of several attempts the last.
    /// </summary>
    /// <param name="question">The question; its gold label is not looked at.</param>
    /// <param name="records">Rationales for it, of one teacher or several.</param>
    /// <exception cref="ArgumentException">A record is for another question.</exception>
    /// <example>
    /// A question without a gold label is taught with what its teacher agrees on:
    /// <code>
    /// var vote = SelfConsistency.Vote(question, records);
    /// if (vote.Agreement >= 0.8) labelled.Add(question with { AnswerLabel = vote.AnswerLabel });
    /// </code>
    /// </example>
    public static SelfConsistency Vote(ScienceQuestion question, IEnumerable<RationaleRecord> records)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(records);

        var hash = question.ContentHash;
        var voters = records
            .Select(record => record.QuestionHash == hash ? record : throw new ArgumentException($"A record is for question '{record.QuestionId}', whose content differs from that of '{question.Id}'.", nameof(records)))
            .GroupBy(record => record.Key with { Attempt = 0 })
            .Select(attempts => attempts.MaxBy(record => record.Attempt)!)
            .Where(record => record.FinishReason == TeacherFinishReason.Complete && !record.AnswerRevealed)
            .Select(record => (Record: record, Text: OwnAnswer(question, record)))
            .Where(voter => voter.Text is not null)
            .ToArray();
        var parties = voters
            .GroupBy(voter => voter.Text!, question.Choices.Count > 0 ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(party => party.Count())
            .ToArray();

        bool isDecided = parties.Length > 0 && (parties.Length == 1 || parties[0].Count() > parties[1].Count());
        return new(
            isDecided ? GoldAnswer.Label(question, parties[0].Key, parties[0].First().Record.AnswerLabel) : null,
            voters.Length,
            isDecided ? [.. parties[0].Select(voter => voter.Record)] : [],
            [.. parties.Select(party => KeyValuePair.Create(party.Key, party.Count()))]);
    }

    private static string? OwnAnswer(ScienceQuestion question, RationaleRecord record)
    {
        var answer = record.AnswerText?.Trim();
        return string.IsNullOrEmpty(answer) || (question.Choices.Count > 0 && !question.Choices.Any(choice => choice.Text.Trim() == answer)) ? null : answer;
    }
}
