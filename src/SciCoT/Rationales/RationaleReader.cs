using System.Globalization;
using SciCoT.Questions;

namespace SciCoT.Rationales;

/// <summary>The formats in which rationales lie in files.</summary>
internal enum RationaleFileFormat
{
    /// <summary>A store, one <see cref="RationaleRecord"/> a line.</summary>
    Store,

    /// <summary>A published data set, as <see cref="PublishedRationales"/> reads it.</summary>
    Published,

    /// <summary>A file of <see cref="RationaleExport"/>.</summary>
    Export,
}

/// <summary>Reads rationales from a file of any of the formats: a store, published rationales, an export.</summary>
/// <include file="Examples.xml" path="examples/RationaleReader/example"/>
public static class RationaleReader
{
    /// <summary>The format of a file, as its first row tells.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    internal static RationaleFileFormat FormatOf(string path)
    {
        // An empty file and a torn or broken first line are the store reader's to judge.
        var format = RationaleFileFormat.Store;
        foreach (var found in JsonRowFile.Read(path, (row, _) => Guess(row), _ => { }))
        {
            format = found;
            break;
        }

        return format;
    }

    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">Is told of each bad row of a published file or an export, which is then skipped; without it the first bad row is thrown.</param>
    /// <param name="onTornTail">Is told of a store's unfinished last line; without it such a line is an error.</param>
    /// <returns>The records in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is none of the file's format.</exception>
    public static IEnumerable<RationaleRecord> Read(string path, Action<BadRowException>? onBadRow = null, Action<TornTail>? onTornTail = null) => FormatOf(path) switch
    {
        RationaleFileFormat.Published => PublishedRationales.Read(path, onBadRow).Select(published => published.Record),
        RationaleFileFormat.Export => ReadExport(path, onBadRow).Select(published => published.Record),
        _ => RationaleFile.Read(path, onTornTail),
    };

    /// <summary>Reads a file of <see cref="RationaleExport"/>, with the questions that it holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first bad row is thrown.</param>
    /// <returns>One pair for each row, in the file's order. Verdicts are not read: filters judge anew.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">A row is no row of an export.</exception>
    internal static IEnumerable<PublishedRationale> ReadExport(string path, Action<BadRowException>? onBadRow = null) =>
        JsonLines.Read(path, Row, onBadRow);

    private static RationaleFileFormat Guess(JsonField row) =>
        row.Has("questionHash") ? RationaleFileFormat.Store
        : row.Has("question_hash") ? RationaleFileFormat.Export
        : RationaleFields.AreIn(row) || row.Optional("row") is { Value.ValueKind: System.Text.Json.JsonValueKind.Object } ? RationaleFileFormat.Published
        : RationaleFileFormat.Store;

    private static PublishedRationale Row(JsonField row)
    {
        JsonField labels = row.Member("choice_labels"), texts = row.Member("choice_texts");
        var choices = labels.Items().Zip(texts.Items(), (label, text) => new Choice(label.AsText(), text.AsText())).ToArray();
        if (labels.Items().Count != texts.Items().Count)
            throw texts.Bad($"holds {texts.Items().Count} texts for {labels.Items().Count} labels.");
        var question = new ScienceQuestion(row.Member("id").AsText(), row.Member("question").AsText(), choices)
        {
            Context = Filled(row.Member("context")),
            AnswerLabel = Filled(row.Member("answer_label")),
        };
        var answer = Filled(row.Member("teacher_answer"));
        return new PublishedRationale(question, new RationaleRecord
        {
            QuestionHash = row.Member("question_hash").AsText(),
            QuestionId = question.Id,
            Rationale = row.Member("rationale").AsString(),
            AnswerText = answer,
            AnswerLabel = answer is null ? null : GoldAnswer.Label(question, answer, before: null),
            Teacher = row.Member("teacher").AsText(),
            Model = Filled(row.Member("teacher_model")),
            PromptHash = Filled(row.Member("prompt_hash")),
            SampleIndex = row.Member("sample_index").AsIndex(int.MaxValue),
            Attempt = row.Member("attempt").AsIndex(int.MaxValue),
            AnswerRevealed = row.Member("answer_revealed").AsBoolean(),
            Rationalized = row.Member("rationalized").AsBoolean(),
            FinishReason = Finish(row.Member("finish_reason")),
            InputTokens = Tokens(row.Member("input_tokens")),
            OutputTokens = Tokens(row.Member("output_tokens")),
            Time = Time(row.Member("time")),
        });
    }

    private static string? Filled(JsonField field) => field.AsString() is { Length: > 0 } text ? text : null;

    private static long? Tokens(JsonField field) => field.AsInteger() is >= 0 and var count ? count : null;

    private static TeacherFinishReason Finish(JsonField field) =>
        Enum.TryParse<TeacherFinishReason>(field.AsText(), ignoreCase: false, out var reason) && Enum.IsDefined(reason)
            ? reason
            : throw field.Bad($"is '{field.AsText()}'; expected one of {string.Join(", ", Enum.GetNames<TeacherFinishReason>())}.");

    private static DateTimeOffset Time(JsonField field) =>
        DateTimeOffset.TryParse(field.AsText(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw field.Bad($"is '{field.AsText()}'; expected a time such as 2026-01-31T12:00:00Z.");
}
