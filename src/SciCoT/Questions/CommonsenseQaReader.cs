namespace SciCoT.Questions;

/// <summary>
/// Reads the JSON Lines files of CommonsenseQA (arXiv 1811.00937):
/// <c>{"id": …, "question": {"stem": …, "choices": [{"label": …, "text": …}]}, "answerKey": …}</c>.
/// </summary>
/// <remarks>The test file has no answer keys; its questions have no gold label. Rows as Hugging
/// Face's <c>datasets</c> writes them are read too; their test file has empty answer keys.</remarks>
internal static class CommonsenseQaReader
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
