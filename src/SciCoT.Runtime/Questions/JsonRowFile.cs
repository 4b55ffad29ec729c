using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Rows of JSON in any arrangement in which people have them: one a line, one array, or an array within an object.</summary>
internal static class JsonRowFile
{
    private const string Expected = "one JSON object a line, or one JSON array of objects";

    /// <summary>Reads a file row by row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes a value from a row and its place, from 1; what it throws as <see cref="BadRowException"/> is a bad row.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    public static IEnumerable<T> Read<T>(string path, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        OutsideText.Check(path);
        return Rows(path, parse, onBadRow);
    }

    /// <summary>How the rows of a text are arranged, told by its beginning.</summary>
    public static JsonArrangement ArrangementOf(ReadOnlySpan<byte> beginning)
    {
        var json = new Utf8JsonReader(beginning, isFinalBlock: false, state: default);
        try
        {
            if (!json.Read())
                return new(JsonArrangementKind.Lines);
            if (json.TokenType == JsonTokenType.StartArray)
                return new(JsonArrangementKind.Array);
            return json.TokenType == JsonTokenType.StartObject ? OfObject(json, beginning) : new(JsonArrangementKind.Lines);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new(JsonArrangementKind.Lines);
        }
    }

    private static JsonArrangement OfObject(Utf8JsonReader json, ReadOnlySpan<byte> beginning)
    {
        if (TableOf(json) is { } table)
            return new(table);
        bool isSpread = IsAlone(beginning);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            if (!json.Read() || name is "stem" or "question" or "row")
                break;
            if (json.TokenType == JsonTokenType.StartObject && HasQuestion(json))
                return new(JsonArrangementKind.Map);
            if (json.TokenType == JsonTokenType.StartArray)
            {
                var items = json;
                if (items.Read() && items.TokenType == JsonTokenType.StartObject && HasQuestion(items))
                    return new(JsonArrangementKind.Wrapped, (int)json.TokenStartIndex);
            }

            if (!json.TrySkip())
                break;
        }

        return new(isSpread ? JsonArrangementKind.Spread : JsonArrangementKind.Lines);
    }

    /// <summary>
    /// Whether the object is a table: its first member is the list of columns, or all members that the beginning shows are columns, one of
    /// which has a question's name.
    /// </summary>
    private static JsonArrangementKind? TableOf(Utf8JsonReader json)
    {
        bool hasStem = false, isFirst = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (!json.Read())
                break;
            if (isFirst && name == "columns" && json.TokenType == JsonTokenType.StartArray)
            {
                var items = json;
                return items.Read() && items.TokenType == JsonTokenType.String && items.Read() && items.TokenType is JsonTokenType.String or JsonTokenType.EndArray ? JsonArrangementKind.Split : null;
            }

            isFirst = false;
            bool isList = json.TokenType == JsonTokenType.StartArray;
            bool isStem = JsonQuestions.IsStemName(name);
            if (!(isList ? !isStem || BeginsWithText(json) : IsByIndex(json)))
                return null;
            hasStem |= isStem;
            if (!json.TrySkip())
                return hasStem || !isList ? JsonArrangementKind.Columns : null;
        }

        return hasStem ? JsonArrangementKind.Columns : null;
    }

    private static bool BeginsWithText(Utf8JsonReader items) => items.Read() && items.TokenType == JsonTokenType.String;

    /// <summary>Whether an object's first member is called by a number, as the rows of a column are.</summary>
    private static bool IsByIndex(Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.StartObject && json.Read() && json.TokenType == JsonTokenType.PropertyName
        && !json.ValueSpan.IsEmpty && !json.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Whether the object that begins here has a question of its own.</summary>
    private static bool HasQuestion(Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("question") || json.ValueTextEquals("stem") || json.ValueTextEquals("question_stem") || json.ValueTextEquals("row"))
                return true;
            if (!json.Read() || !json.TrySkip())
                break;
        }

        return false;
    }

    /// <summary>Whether the first line is a brace alone, as where an object is spread over lines.</summary>
    private static bool IsAlone(ReadOnlySpan<byte> beginning)
    {
        var text = beginning.TrimStart(" \t\r\n"u8);
        int end = text.IndexOf((byte)'\n');
        return end > 0 && text[..end].TrimEnd(" \t\r"u8) is [(byte)'{'];
    }

    private static IEnumerable<T> Rows<T>(string path, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        using var text = OutsideText.Open(path);
        var arrangement = ArrangementOf(text.Beginning);
        if (arrangement.IsTable)
        {
            foreach (var item in JsonTable.Rows(path, text, arrangement.Kind, Expected, parse, onBadRow))
                yield return item;
            yield break;
        }

        if (arrangement.Kind != JsonArrangementKind.Lines && arrangement.Kind != JsonArrangementKind.Map)
        {
            foreach (var item in JsonRows.Rows(path, text, arrangement, Expected, parse, onBadRow))
                yield return item;
            yield break;
        }

        int place = 0;
        foreach (var line in FileLine.ReadAll(text))
        {
            if (!line.IsBlank && JsonLines.TryParse(path, line, Expected, row => parse(row, ++place), onBadRow, out var row))
                yield return row;
        }
    }
}

/// <summary>How a file's rows are arranged.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Offset">Where the array of rows begins, in bytes.</param>
internal readonly record struct JsonArrangement(JsonArrangementKind Kind, int Offset = 0)
{
    /// <summary>Whether the file is laid out by columns.</summary>
    public bool IsTable => Kind is JsonArrangementKind.Columns or JsonArrangementKind.Split;
}

/// <summary>The ways in which rows of JSON are arranged in a file.</summary>
internal enum JsonArrangementKind
{
    /// <summary>One object a line.</summary>
    Lines,

    /// <summary>One array of objects.</summary>
    Array,

    /// <summary>One object whose members are the questions, as ScienceQA's.</summary>
    Map,

    /// <summary>One object with an array of questions in it.</summary>
    Wrapped,

    /// <summary>Objects one after another, each over several lines.</summary>
    Spread,

    /// <summary>One object whose members are columns, each with a value for each row.</summary>
    Columns,

    /// <summary>One object with the columns' names and an array of rows without names.</summary>
    Split,
}
