using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Reads files with one question a row of JSON, in any layout and arrangement.</summary>
internal static class QuestionRows
{
    /// <summary>Reads a file; rows are read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="make">Makes the reader of rows, given from what the file's answer keys count.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    public static IEnumerable<QuestionRow> Read(string path, Func<Func<int?>, JsonQuestions> make, Action<BadRowException>? onBadRow) =>
        Read(path, make, (row, question) => new QuestionRow(question, row.Line), onBadRow);

    /// <summary>Reads a file whose rows hold more than a question.</summary>
    /// <param name="path">The file.</param>
    /// <param name="make">Makes the reader of rows, given from what the file's answer keys count.</param>
    /// <param name="parse">Makes a value from a row and its question.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    public static IEnumerable<T> Read<T>(string path, Func<Func<int?>, JsonQuestions> make, Func<JsonField, ScienceQuestion, T> parse, Action<BadRowException>? onBadRow)
    {
        CountedAnswers counted = null!;
        var questions = make(() => counted.First);
        counted = new CountedAnswers(() => JsonRowFile.Read(path, (row, _) => questions.Key(row), _ => { }).OfType<(string, int)>());
        return JsonRowFile
            .Read(path, (row, place) => questions.Read(row, place) is { } question ? (IsText: true, Value: parse(row, question)) : default, onBadRow)
            .Where(row => row.IsText)
            .Select(row => row.Value);
    }

    /// <summary>Whether a file holds rows in an array or one a line, rather than one object of questions by their identifiers.</summary>
    public static bool AreRows(string path)
    {
        using var text = OutsideText.Open(path);
        if (JsonRowFile.ArrangementOf(text.Beginning).Kind is var kind && kind is not JsonArrangementKind.Lines)
            return kind is not (JsonArrangementKind.Map or JsonArrangementKind.Spread);

        var line = text.Beginning.TrimStart(" \t\r\n"u8);
        int end = line.IndexOf((byte)'\n');
        var json = new Utf8JsonReader(end < 0 ? line : line[..end], isFinalBlock: end >= 0 || text.IsWhole, state: default);
        try
        {
            bool hasQuestion = false;
            while (json.Read())
                hasQuestion |= json.CurrentDepth == 1 && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("question");
            return hasQuestion;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A file's name without its extensions.</summary>
    public static string NameOf(string path)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            name = name[..^3];
        return Path.GetFileNameWithoutExtension(name);
    }
}
