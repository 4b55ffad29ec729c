namespace SciCoT.Questions;

/// <summary>
/// Reads the JSON Lines files of QASC (arXiv 1910.11473), questions with eight choices that are answered by combining two facts:
/// <c>{"id": …, "question": {"stem": …, "choices": [{"label": …, "text": …}]}, "answerKey": …}</c>.
/// </summary>
/// <remarks>The test file has no answer keys; its questions have no gold label. The facts (<c>fact1</c>, <c>fact2</c>, <c>combinedfact</c>)
/// are the explanation that a teacher is to find and are not read. Rows as Hugging Face's <c>datasets</c> writes them are read too.</remarks>
internal static class QascReader
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
        QuestionRows.Read(path, countsFrom => new(countsFrom) { NeedsChoices = true }, onBadRow).Select(row => row.Question);
}
