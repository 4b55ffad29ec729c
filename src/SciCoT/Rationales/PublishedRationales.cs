using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>A rationale of a published data set with the question it was written for.</summary>
/// <param name="Question">The question.</param>
/// <param name="Record">The rationale as a record for a store.</param>
public sealed record PublishedRationale(ScienceQuestion Question, RationaleRecord Record);

/// <summary>
/// Reads published rationales: rows with a question, in any layout that <see cref="QuestionReader"/> knows, and one rationale or several.
/// </summary>
/// <remarks>
/// <para>One rationale stands under <c>rationale</c>, <c>explanation</c>, <c>reasoning</c>, <c>chain_of_thought</c>, <c>cot</c>, <c>solution</c>
/// and the names that the documentation lists, as a text or as a list of steps. Several stand under <c>rationales</c> or <c>explanations</c>, as texts or
/// as <c>{"teacher", "text", "truncated"}</c>. An answer of GSM8K's form, <c>reasoning #### 42</c>, is both. The teacher is
/// named by the row, else by the file.</para>
/// <para>A row that tells the teacher's own answer (<c>teacher_answer</c>, <c>predicted_answer</c>, <c>prediction</c>) gives a record with that answer.
/// Other sets were written with the gold answer in view: their records say so, and hold no answer of the teacher's.</para>
/// <para>A second rationale by a teacher for a question becomes sample 1, and so on. A record's time is that of the file.</para>
/// </remarks>
public static class PublishedRationales
{
    private static readonly string[] TeacherNames = ["teacher", "model", "annotator", "generator", "author"];
    private static readonly string[] TeacherAnswerNames = ["teacher_answer", "predicted_answer", "prediction", "model_answer", "llm_answer"];

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first bad row is thrown.</param>
    /// <returns>One pair for each rationale, in the file's order. Questions with an image are left out.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is not as described above.</exception>
    public static IEnumerable<PublishedRationale> Read(string path, Action<BadRowException>? onBadRow = null)
    {
        var rows = QuestionRows.Read(
            path,
            countsFrom => new(countsFrom) { MoreStemNames = ["problem", "q_text", "source"], MoreAnswerNames = ["target", "q_ans", "final_answer"], OnImage = _ => { } },
            (row, question) => Row(row, question, QuestionRows.NameOf(path)),
            onBadRow);
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
                    AnswerText = explanation.TeachersAnswer,
                    AnswerLabel = explanation.TeachersAnswer is { } answer ? GoldAnswer.Label(question, answer, before: null) : null,
                    Teacher = explanation.Teacher,
                    SampleIndex = sample,
                    AnswerRevealed = explanation.TeachersAnswer is null,
                    FinishReason = explanation.FinishReason,
                    Time = time,
                });
            }
        }
    }

    private static (ScienceQuestion, IReadOnlyList<Explanation>) Row(JsonField row, ScienceQuestion question, string file)
    {
        var found = RationaleFields.Find(row, ref question);
        var explanations = found.Select(rationale => new Explanation(
            (rationale.Item?.First(TeacherNames) ?? row.First(TeacherNames))?.AsText() ?? file,
            rationale.Text,
            TeachersAnswer(rationale.Item?.First(TeacherAnswerNames) ?? row.First(TeacherAnswerNames), question),
            Reason(rationale.Item?.Optional("truncated") ?? row.Optional("truncated"), rationale.Text)));
        return (question, [.. explanations]);
    }

    /// <summary>The text of the teacher's answer. What is none of the choices is a wrong answer, and is for the filters to judge.</summary>
    private static string? TeachersAnswer(JsonField? field, ScienceQuestion question)
    {
        if (field is not { } answer)
            return null;
        try
        {
            return GoldAnswer.Text(question, AnswerFields.Label(answer, question.Choices, () => null));
        }
        catch (BadRowException)
        {
            return answer.AsTextOrNumber();
        }
    }

    private static TeacherFinishReason Reason(JsonField? truncated, string text) =>
        truncated?.AsBoolean() == true ? TeacherFinishReason.Truncated
        : RationaleFields.IsMissing(text) ? TeacherFinishReason.Empty
        : TeacherFinishReason.Complete;

    private sealed record Explanation(string Teacher, string Text, string? TeachersAnswer, TeacherFinishReason FinishReason);
}
