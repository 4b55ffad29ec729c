using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Reads files with one question a row of JSON, in any layout and arrangement.</summary>
internal static class QuestionRows
{
    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="make">Makes the reader of rows, given from what the file's answer keys count.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    public static IEnumerable<QuestionRow> Read(string path, Func<Func<int?>, JsonQuestions> make, Action<BadRowException>? onBadRow)
    {
        var counted = new CountedAnswers(() => Keys(path));
        var questions = make(() => counted.First);
        return JsonRowFile.Read(path, (row, place) => questions.Read(row, place) is { } question ? new QuestionRow(question, row.Line) : null, onBadRow).OfType<QuestionRow>();
    }

    /// <summary>How a file's rows are arranged.</summary>
    public static JsonArrangement ArrangementOf(string path)
    {
        using var text = OutsideText.Open(path);
        return JsonRowFile.ArrangementOf(text.Beginning);
    }

    /// <summary>A file's name without its extensions.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            name = name[..^3];
        return Path.GetFileNameWithoutExtension(name);
    }

    private static IEnumerable<(string Key, int Choices)> Keys(string path) =>
        JsonRowFile.Read(path, (row, _) => JsonQuestions.Key(row), _ => { }).OfType<(string, int)>();
}
