using SciCoT.Questions;
using SciCoT.Rationales;

namespace SciCoT.Teaching;

/// <summary>A rationale of a published data set with the question it was written for.</summary>
/// <param name="Question">The question.</param>
/// <param name="Record">The rationale as a record for a store.</param>
public sealed record PublishedRationale(ScienceQuestion Question, RationaleRecord Record);

/// <summary>
/// Reads published rationales: rows of <c>{"id", "question", "choices": [{"label", "text"}], "answer"}</c> with either one
/// <c>"rationale"</c> and its <c>"teacher"</c> (EntailmentBank's proofs as text) or several
/// <c>"rationales": [{"teacher", "text", "truncated"}]</c> (TinyLLM's teachers).
/// </summary>
/// <remarks>
/// These sets were written with the gold answer in view: the records say so, and they hold no answer of the teacher's.
/// A second rationale by a teacher for a question becomes sample 1, and so on. A record's time is that of the file.
/// </remarks>
public static class PublishedRationales
{
    /// <summary>How the tool that wrote TinyLLM's rows prints a value that is not there.</summary>
    private const string MissingValue = "nan";

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first bad row is thrown.</param>
    /// <returns>One pair for each rationale, in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is not as described above.</exception>
    public static IEnumerable<PublishedRationale> Read(string path, Action<BadRowException>? onBadRow = null)
    {
        var rows = JsonLines.Read(path, Row, onBadRow);
        return Number(rows, new DateTimeOffset(File.GetLastWriteTimeUtc(path)));
    }

    private static IEnumerable<PublishedRationale> Number(IEnumerable<(ScienceQuestion Question, IReadOnlyList<Explanation> Explanations)> rows, DateTimeOffset time)
    {
        var samples = new Dictionary<(string Hash, string Teacher), int>();
        foreach (var (question, explanations) in rows)
        {
            var hash = question.ContentHash;
            foreach (var explanation in explanations)
            {
                int sample = samples[(hash, explanation.Teacher)] = samples.GetValueOrDefault((hash, explanation.Teacher), -1) + 1;
                yield return new PublishedRationale(question, new RationaleRecord
                {
                    QuestionHash = hash,
                    QuestionId = question.Id,
                    Rationale = explanation.Text,
                    Teacher = explanation.Teacher,
                    SampleIndex = sample,
                    AnswerRevealed = true,
                    FinishReason = explanation.FinishReason,
                    Time = time,
                });
            }
        }
    }

    private static (ScienceQuestion, IReadOnlyList<Explanation>) Row(JsonField row) =>
        (QuestionFields.Question(row.Member("id"), row.Member("question"), QuestionFields.SomeChoices(row.Member("choices")), row.Member("answer")),
         row.Optional("rationales") is { } several
            ? [.. several.Items().Select(item => Read(item.Member("teacher"), item.Member("text"), item.Optional("truncated")))]
            : [Read(row.Member("teacher"), row.Member("rationale"), truncated: null)]);

    private static Explanation Read(JsonField teacher, JsonField text, JsonField? truncated)
    {
        var written = text.AsString();
        var reason = truncated?.AsBoolean() == true ? TeacherFinishReason.Truncated
            : written.Trim() is "" or MissingValue ? TeacherFinishReason.Empty
            : TeacherFinishReason.Complete;
        return new Explanation(teacher.AsText(), written, reason);
    }

    private sealed record Explanation(string Teacher, string Text, TeacherFinishReason FinishReason);
}
