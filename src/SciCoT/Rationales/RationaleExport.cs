using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Rationales;

/// <summary>
/// Writes rationales with their questions as plain JSON Lines, one rationale a row, for other tools: every row has the same
/// columns, and a column the same type in every row, without nulls, so that Hugging Face's <c>datasets</c> or a data frame loads
/// the file as it is.
/// </summary>
public static class RationaleExport
{
    /// <summary>Tokens that a service did not tell.</summary>
    private const long Unknown = -1;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file, which is there whole or not at all; rows are written as records are read.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="records">The records, of <see cref="IRationaleStore.ReadAllAsync"/> say.</param>
    /// <param name="questions">The questions, which are kept in memory; of two with the same content the first counts.</param>
    /// <param name="judgements">What filters said of the records; without it all are <c>not judged</c>.</param>
    /// <param name="acceptedOnly">Whether only records that were judged and accepted are written.</param>
    /// <param name="cancellationToken">Stops before the next record; the old file stays.</param>
    /// <exception cref="IOException">The file could not be written; what was there before is unchanged.</exception>
    public static async Task<ExportedRationales> WriteAsync(
        string path,
        IAsyncEnumerable<RationaleRecord> records,
        IEnumerable<ScienceQuestion> questions,
        IEnumerable<RationaleJudgement>? judgements = null,
        bool acceptedOnly = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(questions);

        var byHash = new Dictionary<string, ScienceQuestion>(StringComparer.Ordinal);
        foreach (var question in questions)
            byHash.TryAdd(question.ContentHash, question);
        var refusals = new Dictionary<UInt128, string>();
        foreach (var judgement in judgements ?? [])
            refusals[judgement.Key.Fingerprint()] = RefusedBy(judgement);

        int written = 0, leftOut = 0, withoutQuestion = 0;
        using var file = new AtomicFile.Pending(path);
        // The writer goes before the file does.
        using (var json = new Utf8JsonWriter(file.Stream, Readable))
        {
            await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var refusedBy = refusals.GetValueOrDefault(record.Key.Fingerprint());
                if (!byHash.TryGetValue(record.QuestionHash, out var question))
                {
                    withoutQuestion++;
                }
                else if (acceptedOnly && refusedBy != "")
                {
                    leftOut++;
                }
                else
                {
                    WriteRow(json, question, record, refusedBy);
                    json.Flush();
                    json.Reset();
                    file.Stream.WriteByte((byte)'\n');
                    written++;
                }
            }
        }

        file.Commit();
        return new(written, leftOut, withoutQuestion);
    }

    private static string RefusedBy(RationaleJudgement judgement) =>
        string.Join(',', judgement.Verdicts.Where(verdict => verdict.Verdict.Kind == VerdictKind.Refused).Select(verdict => verdict.Filter));

    private static void WriteRow(Utf8JsonWriter json, ScienceQuestion question, RationaleRecord record, string? refusedBy)
    {
        json.WriteStartObject();
        json.WriteString("id", question.Id);
        json.WriteString("question_hash", record.QuestionHash);
        json.WriteString("question", question.Stem);
        json.WriteString("context", question.Context ?? "");
        WriteStrings(json, "choice_labels", question.Choices.Select(choice => choice.Label));
        WriteStrings(json, "choice_texts", question.Choices.Select(choice => choice.Text));
        json.WriteString("answer_label", question.AnswerLabel ?? "");
        json.WriteString("answer", question.GoldChoice?.Text ?? question.AnswerLabel ?? "");
        json.WriteString("rationale", record.Rationale);
        json.WriteString("teacher", record.Teacher);
        json.WriteString("teacher_model", record.Model ?? "");
        json.WriteString("teacher_answer", record.AnswerText ?? "");
        json.WriteString("prompt_hash", record.PromptHash ?? "");
        json.WriteNumber("sample_index", record.SampleIndex);
        json.WriteNumber("attempt", record.Attempt);
        json.WriteBoolean("answer_revealed", record.AnswerRevealed);
        json.WriteBoolean("rationalized", record.Rationalized);
        json.WriteString("finish_reason", record.FinishReason.ToString());
        json.WriteNumber("input_tokens", record.InputTokens ?? Unknown);
        json.WriteNumber("output_tokens", record.OutputTokens ?? Unknown);
        json.WriteString("time", record.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("verdict", refusedBy switch { null => "not judged", "" => "accepted", _ => "refused" });
        json.WriteString("refused_by", refusedBy ?? "");
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}

/// <summary>The counts of an export.</summary>
/// <param name="Written">Rows that were written.</param>
/// <param name="LeftOut">Records that were left out because they were not accepted.</param>
/// <param name="WithoutQuestion">Records whose question was not among those given; they are not in the file.</param>
public sealed record ExportedRationales(int Written, int LeftOut, int WithoutQuestion);
