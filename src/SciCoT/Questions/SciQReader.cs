using System.Security.Cryptography;
using System.Text;

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
public static class SciQReader
{
    private static readonly string[] Answers = ["correct_answer", "distractor1", "distractor2", "distractor3"];

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
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return JsonRows.ReadArray(path, (row, place) => Question(row, $"{Path.GetFileNameWithoutExtension(path)}-{place}", withSupport), onBadRow);
    }

    private static ScienceQuestion Question(JsonField row, string id, bool withSupport)
    {
        var stem = row.Member("question").AsText();
        var texts = Answers.Select(name => row.Member(name).AsText()).ToArray();
        var order = Enumerable.Range(0, texts.Length).OrderBy(i => Key(stem, texts[i]), StringComparer.Ordinal).ToArray();
        var support = row.Optional("support")?.AsString();
        return new ScienceQuestion(id, stem, [.. order.Select((answer, i) => new Choice(QuestionFields.Letter(i), texts[answer]))])
        {
            AnswerLabel = QuestionFields.Letter(Array.IndexOf(order, 0)),
            Context = withSupport && !string.IsNullOrWhiteSpace(support) ? support : null,
        };
    }

    private static string Key(string stem, string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{stem}\n{text}")));
}
