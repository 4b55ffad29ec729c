using System.Globalization;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>
/// Reads the files of SciQ (arXiv 1707.06209), each one JSON array of
/// <c>{"question": …, "correct_answer": …, "distractor1": …, "distractor2": …, "distractor3": …, "support": …}</c>.
/// </summary>
/// <remarks>
/// The format has no identifiers: a question is named after its file and place, as in <c>train-17</c>. It puts the answer
/// apart: the choices are ordered by a hash of stem and text, so that a question always prints the same and the answer is
/// as often A as D. The supporting passage becomes the question's context.
/// </remarks>
internal static class SciQReader
{
    /// <summary>Reads a file; rows are read as they are asked for, so that its size does not matter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">
    /// Is told of each row that is no question, which is then skipped (to count them, pass the <c>Add</c> of a list);
    /// without it the first bad row is thrown.
    /// </param>
    /// <param name="withSupport">Whether the passage is kept; without it the question is asked as in a closed book.</param>
    /// <returns>The questions in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">
    /// The file is no JSON array, or a row is not JSON, longer than 1 MiB, lacks a field, or has one of the wrong type or
    /// without text (the support may be).
    /// </exception>
    public static IEnumerable<ScienceQuestion> Read(string path, Action<BadRowException>? onBadRow = null, bool withSupport = true)
    {
        OutsideText.Check(path);
        return Rows(path, onBadRow, withSupport).Select(row => row.Question);
    }

    /// <summary>Reads a file, be it one array or, as Hugging Face's <c>datasets</c> writes it, one object a line.</summary>
    internal static IEnumerable<QuestionRow> Rows(string path, Action<BadRowException>? onBadRow, bool withSupport, bool rightLast = false)
    {
        QuestionRow Row(JsonField row, int place) => new(SciQRow.Question(row, IdOf(path, place), withSupport, rightLast), row.Line);
        return IsLines(path) ? JsonRowFile.Read(path, Row, onBadRow) : JsonRows.ReadArray(path, Row, onBadRow);
    }

    /// <summary>A question's name by its file and place.</summary>
    internal static string IdOf(string path, int place) => string.Create(CultureInfo.InvariantCulture, $"{QuestionRows.NameOf(path)}-{place}");

    private static bool IsLines(string path)
    {
        using var text = OutsideText.Open(path);
        var beginning = text.Beginning.TrimStart(" \t\r\n"u8);
        return beginning.StartsWith("{"u8) && JsonRowFile.ArrangementOf(text.Beginning).Kind is JsonArrangementKind.Lines or JsonArrangementKind.Wrapped or JsonArrangementKind.Columns or JsonArrangementKind.Split && beginning.Length > 2;
    }
}
