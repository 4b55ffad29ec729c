namespace SciCoT.Questions;

/// <summary>
/// Reads the JSON Lines files of the AI2 Reasoning Challenge (arXiv 1803.05457) and of OpenBookQA, which share a format:
/// <c>{"id": …, "question": {"stem": …, "choices": [{"text": …, "label": …}]}, "answerKey": …}</c>.
/// </summary>
/// <remarks>
/// Rows as Hugging Face's <c>datasets</c> writes them are read too: <c>{"id": …, "question": …, "choices": {"text": […], "label": […]},
/// "answerKey": …}</c>, with <c>question_stem</c> in OpenBookQA. Labels are kept as the file prints them: A to E in most rows, 1 to 5 in some.
/// </remarks>
public static class ArcReader
{
    /// <summary>Reads a file; rows are read as they are asked for, so that its size does not matter.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onBadRow">
    /// Is told of each row that is no question, which is then skipped (to count them, pass the <c>Add</c> of a list);
    /// without it the first bad row is thrown.
    /// </param>
    /// <returns>The questions in the file's order.</returns>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    /// <exception cref="BadRowException">
    /// A row is not JSON, longer than 1 MiB, lacks a field, has one of the wrong type, a blank text, fewer than two
    /// choices, two choices with one label, or an answer key that is none of them.
    /// </exception>
    public static IEnumerable<ScienceQuestion> Read(string path, Action<BadRowException>? onBadRow = null) =>
        QuestionRows.Read(path, countsFrom => new(countsFrom) { NeedsChoices = true, NeedsAnswer = true }, onBadRow).Select(row => row.Question);
}
