using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>
/// SciCoT's own format, one question a line:
/// <c>{"id": …, "stem": …, "context": …, "choices": [{"label": …, "text": …}], "answer": …}</c>. Only the stem must be
/// there; a question without choices is open, one without id gets one from its content. What is written is read back as it was.
/// </summary>
/// <remarks>One JSON array of such rows is read too, and so are the rows of JSON that published data sets have.</remarks>
/// <include file="Examples.xml" path="examples/QuestionFile/example"/>
public static class QuestionFile
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a file; rows are read as they are asked for, so that its size does not matter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">
    /// Is told of each row that is no question, which is then skipped (to count them, pass the <c>Add</c> of a list);
    /// without it the first bad row is thrown.
    /// </param>
    /// <returns>The questions in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">
    /// A row is not JSON, longer than 1 MiB, lacks id or stem, has a field of the wrong type, a blank text, two choices
    /// with one label, or an answer that is none of the choices.
    /// </exception>
    public static IEnumerable<ScienceQuestion> Read(string path, Action<BadRowException>? onBadRow = null) =>
        QuestionRows.Read(path, countsFrom => new(countsFrom), onBadRow).Select(row => row.Question);

    /// <summary>Reads one question from one row's JSON, for rows that come from elsewhere than a file.</summary>
    /// <param name="json">The object.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <param name="line">The row's number there, from 1.</param>
    /// <exception cref="BadRowException">The text is no question.</exception>
    public static ScienceQuestion Parse(string json, string source, long line = 1)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        var bytes = Encoding.UTF8.GetBytes(json);
        return JsonLines.Parse(source, new FileLine(line, 0, bytes, IsTerminated: true, IsTooLong: bytes.Length > FileLine.MaxBytes), "one JSON object", row => new JsonQuestions(() => null) { OnImage = _ => throw row.Member("image").Bad("is an image; a question must be text alone.") }.Read(row, (int)line)!);
    }

    /// <summary>Writes questions to a file, which is there whole or not at all: it is written aside, flushed and renamed.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="questions">The questions.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">A question's answer is none of its choices, or its row would be longer than 1 MiB.</exception>
    /// <exception cref="IOException">The file could not be written; what was there before is unchanged.</exception>
    public static int Write(string path, IEnumerable<ScienceQuestion> questions)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(questions);

        int count = 0;
        using var file = new AtomicFile.Pending(path);
        foreach (var question in questions)
        {
            file.Stream.Write(Row(question));
            file.Stream.WriteByte((byte)'\n');
            count++;
        }

        file.Commit();
        return count;
    }

    /// <summary>The question in a row; other fields are not looked at.</summary>
    internal static ScienceQuestion Question(JsonField row)
    {
        IReadOnlyList<Choice> choices = row.Optional("choices") is { } listed ? ChoiceFields.Read(listed) : [];
        return new(row.Member("id").AsLabel(), row.Member("stem").AsText(), choices)
        {
            AnswerLabel = AnswerFields.Label(row.Optional("answer"), choices, () => null),
            Context = row.Optional("context")?.AsString(),
            Concept = row.Optional("concept")?.AsString(),
        };
    }

    private static ReadOnlySpan<byte> Row(ScienceQuestion question)
    {
        question.Validate();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            WriteFields(json, question);
            json.WriteEndObject();
        }

        if (buffer.Length > FileLine.MaxBytes)
            throw new ArgumentException($"Question '{question.Id}' takes {buffer.Length} bytes; a row holds at most {FileLine.MaxBytes}.");
        return buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
    }

    /// <summary>Writes a question's fields into an object that is open.</summary>
    internal static void WriteFields(Utf8JsonWriter json, ScienceQuestion question)
    {
        json.WriteString("id", question.Id);
        json.WriteString("stem", question.Stem);
        if (question.Context is not null)
            json.WriteString("context", question.Context);
        if (question.Concept is not null)
            json.WriteString("concept", question.Concept);
        json.WriteStartArray("choices");
        foreach (var choice in question.Choices)
        {
            json.WriteStartObject();
            json.WriteString("label", choice.Label);
            json.WriteString("text", choice.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (question.AnswerLabel is not null)
            json.WriteString("answer", question.AnswerLabel);
    }
}
