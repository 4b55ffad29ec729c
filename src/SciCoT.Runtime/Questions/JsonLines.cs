using System.Text.Json;
using System.Text.Unicode;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>Files with one JSON object a line: UTF-8, with or without byte order mark, any line ends, blank lines skipped.</summary>
internal static class JsonLines
{
    /// <summary>Reads a file row by row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes a value from a row; what it throws as <see cref="BadRowException"/> is a bad row.</param>
    /// <param name="onBadRow">Is told of each bad row, which is then skipped; without it the first one is thrown.</param>
    /// <exception cref="MissingFileException">There is no such file.</exception>
    public static IEnumerable<T> Read<T>(string path, Func<JsonField, T> parse, Action<BadRowException>? onBadRow)
    {
        OutsideText.Check(path);
        return Rows(path, parse, onBadRow);
    }

    private static IEnumerable<T> Rows<T>(string path, Func<JsonField, T> parse, Action<BadRowException>? onBadRow)
    {
        using var file = OutsideText.Open(path);
        foreach (var line in FileLine.ReadAll(file))
        {
            if (!line.IsBlank && TryParse(path, line, "one JSON object a line", parse, onBadRow, out var row))
                yield return row;
        }
    }

    /// <summary>Makes a value from a row, or tells of a bad one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The row's text.</param>
    /// <param name="expected">What the format holds, for messages.</param>
    /// <param name="parse">Makes a value from a row.</param>
    /// <param name="onBadRow">Is told of a bad row; without it that is thrown.</param>
    /// <param name="row">The value.</param>
    public static bool TryParse<T>(string path, FileLine line, string expected, Func<JsonField, T> parse, Action<BadRowException>? onBadRow, out T row)
    {
        try
        {
            row = Parse(path, line, expected, parse);
            return true;
        }
        catch (BadRowException bad) when (onBadRow is not null)
        {
            onBadRow(bad);
            row = default!;
            return false;
        }
    }

    /// <summary>Reads one row.</summary>
    public static T Parse<T>(string path, FileLine line, string expected, Func<JsonField, T> parse)
    {
        if (line.IsTooLong)
            throw new BadRowException(path, line.Number, null, $"is longer than {FileLine.MaxBytes} bytes; expected {expected}.");

        try
        {
            using var document = Document(path, line);
            return parse(new JsonField(document.RootElement, path, line.Number, ""));
        }
        catch (ArgumentException e)
        {
            // The value's own type refuses what the row holds.
            throw new BadRowException(path, line.Number, null, SciCoTException.Explain(e), e);
        }
        catch (JsonException e)
        {
            var place = e.BytePositionInLine is { } position ? $" (byte {position})" : "";
            throw new BadRowException(path, line.Number + (e.LineNumber ?? 0), null, $"is not sound JSON{place}; expected {expected}. {ForeignText.OneLine(e.Message.Split(" LineNumber:")[0])}{Hint(line.Bytes.Span)}", e);
        }
    }

    /// <summary>What a row that is no JSON seems to be, with the remedy.</summary>
    private static string Hint(ReadOnlySpan<byte> row)
    {
        row = row.Trim(" \t\r"u8);
        if (row.StartsWith("{'"u8))
            return " This seems to be Python's print of a dict; write it with json.dumps.";
        if (row is [(byte)'{', .., (byte)'}', (byte)','])
            return " Take away the comma at the end of the row, or put [ and ] around all rows.";
        return row is [] or [(byte)'{', ..] or [(byte)'[', ..] or [(byte)'"', ..] ? "" : " This seems to be plain text; questions as text, one a line, are read by scicot answer --input - and by ScienceQuestion.Parse.";
    }

    private static JsonDocument Document(string path, FileLine line)
    {
        try
        {
            return OutsideJson.ParseRow(line.Bytes);
        }
        catch (InvalidOperationException e)
        {
            throw new BadRowException(path, line.Number, null, Utf8.IsValid(line.Bytes.Span) ? "has a field whose name is not valid Unicode: an escape \\ud800 to \\udfff stands alone. Write both escapes of the character, or none." : NotUtf8.Describe(line.Bytes.Span, "row"), e);
        }
    }
}
