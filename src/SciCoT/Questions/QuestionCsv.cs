using System.Text;
using CsvHelper;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>
/// Questions in a spreadsheet: comma-separated values (RFC 4180) with a header of <c>id</c>, <c>stem</c>, and as wanted
/// <c>context</c>, <c>choice1</c> to <c>choiceN</c>, <c>label1</c> to <c>labelN</c> and <c>answer</c>, in any order. Other columns do not matter,
/// nor do spaces around a cell.
/// </summary>
/// <remarks>
/// Choices without a label are A, B, C…; the answer is a label. A row may have fewer choices than the header, or none for an
/// open question, whose answer is the answer itself. What is written is read back as it was, but that blank texts are none.
/// </remarks>
public static class QuestionCsv
{
    /// <summary>Reads a file; rows are read as they are asked for, so that its size does not matter.</summary>
    /// <param name="path">The file, in UTF-8 or UTF-16, or one of them in gzip.</param>
    /// <param name="onBadRow">
    /// Is told of each row that is no question, which is then skipped (to count them, pass the <c>Add</c> of a list);
    /// without it the first bad row is thrown. A bad header is always thrown.
    /// </param>
    /// <param name="delimiter">What stands between two cells; by default a comma, a semicolon, a tab or a bar, as the header tells.</param>
    /// <returns>The questions in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">
    /// The header lacks a column or has one twice; or a row has more or fewer cells than the header, a quotation mark in the
    /// wrong place, more than 1 MiB, no id or stem, a gap between its choices, one label twice, or an answer
    /// that is none of the labels.
    /// </exception>
    public static IEnumerable<ScienceQuestion> Read(string path, Action<BadRowException>? onBadRow = null, char? delimiter = null) =>
        ReadRows(path, onBadRow, delimiter).Select(row => row.Question);

    /// <summary>Reads a file with the questions' lines.</summary>
    internal static IEnumerable<QuestionRow> ReadRows(string path, Action<BadRowException>? onBadRow, char? delimiter)
    {
        OutsideText.Check(path);
        return Rows(path, onBadRow, delimiter);
    }

    /// <summary>Writes questions to a file, which is there whole or not at all: it is written aside, flushed and renamed.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="questions">The questions; the one with the most choices decides how many columns there are.</param>
    /// <exception cref="ArgumentException">A question's answer is none of its choices, or its row would be longer than 1 MiB.</exception>
    /// <exception cref="IOException">The file could not be written; what was there before is unchanged.</exception>
    public static void Write(string path, IReadOnlyCollection<ScienceQuestion> questions)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(questions);

        int choices = questions.Select(question => question.Choices.Count).DefaultIfEmpty().Max();
        bool hasLabels = questions.Any(question => question.Choices.Where((choice, i) => choice.Label != ChoiceLabels.OfPlace(i)).Any());
        using var file = new AtomicFile.Pending(path);
        using (var csv = CsvWriter.Create(file.Stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            WriteRow(csv, CsvColumns.Names(choices, hasLabels));
            foreach (var question in questions)
            {
                question.Validate();
                string[] cells = [.. CsvColumns.Cells(question, choices, hasLabels)];
                if (cells.Sum(MaxLength) > CsvRows.MaxBytes)
                    throw new ArgumentException($"Question '{question.Id}' is too long for a row, which holds at most {CsvRows.MaxBytes} bytes.");
                WriteRow(csv, cells);
            }
        }

        file.Commit();
    }

    private static IEnumerable<QuestionRow> Rows(string path, Action<BadRowException>? onBadRow, char? delimiter)
    {
        using var rows = new CsvRows(path, delimiter);
        var header = rows.Header();
        var columns = CsvColumns.From(header);
        var counted = new CountedAnswers(() => Keys(path, delimiter));
        for (var next = columns.IsFirstRowAQuestion ? header : rows.Next(onBadRow); next is { } row; next = rows.Next(onBadRow))
        {
            ScienceQuestion? question = null;
            try
            {
                question = columns.Question(row, () => counted.First);
            }
            catch (BadRowException bad) when (onBadRow is not null)
            {
                onBadRow(bad);
            }

            if (question is not null)
                yield return new QuestionRow(question, row.Line);
        }
    }

    private static IEnumerable<(string Key, int Choices)> Keys(string path, char? delimiter)
    {
        using var rows = new CsvRows(path, delimiter);
        var header = rows.Header();
        var columns = CsvColumns.From(header);
        for (var next = columns.IsFirstRowAQuestion ? header : rows.Next(_ => { }); next is { } row; next = rows.Next(_ => { }))
        {
            if (columns.Key(row) is { } key)
                yield return key;
        }
    }

    /// <summary>A cell's bytes with its quotation marks, of which each in the text is doubled, and a delimiter.</summary>
    private static long MaxLength(string cell) => Encoding.UTF8.GetByteCount(cell) + cell.Count(c => c == '"') + 3;

    private static void WriteRow(CsvWriter csv, IEnumerable<string> cells)
    {
        foreach (var cell in cells)
            csv.WriteField(cell);
        csv.EndRecord();
    }
}
