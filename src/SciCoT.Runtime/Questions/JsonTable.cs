using System.Globalization;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Questions;

/// <summary>
/// Files of JSON that are laid out by columns: <c>to_json</c> of pandas without <c>orient="records"</c>, with <c>orient="split"</c>, and
/// <c>to_dict</c> of Hugging Face's <c>datasets</c>. Such a file is one value and is read as a whole.
/// </summary>
internal static class JsonTable
{
    /// <summary>More than a table of questions takes; a larger file is written as rows.</summary>
    private const int MaxBytes = 256 << 20;

    private const string Remedy = "Write one object a question: to_json of pandas with orient=\"records\", lines=True.";

    /// <summary>Reads the rows; their lines are their numbers in the table, from 1.</summary>
    public static IEnumerable<T> Rows<T>(
        string path, OutsideText text, JsonArrangementKind kind, string expected, Func<JsonField, int, T> parse, Action<BadRowException>? onBadRow)
    {
        using var document = OutsideJson.Parse(Whole(path, text), path);
        int place = 0;
        foreach (var row in kind == JsonArrangementKind.Split ? Split(path, document.RootElement) : Columns(path, document.RootElement))
        {
            int number = ++place;
            var line = new FileLine(number, 0, row, IsTerminated: true, IsTooLong: row.Length > FileLine.MaxBytes);
            if (TryParse(path, line, expected, field => parse(field, number), onBadRow, out var value))
                yield return value;
        }
    }

    private static bool TryParse<T>(string path, FileLine line, string expected, Func<JsonField, T> parse, Action<BadRowException>? onBadRow, out T value)
    {
        try
        {
            value = JsonLines.Parse(path, line, expected, parse);
            return true;
        }
        catch (BadRowException bad)
        {
            var named = new BadRowException(path, line.Number, bad.Field, $"{bad.Problem} (The file is laid out by columns; the line is the row's number.)", bad);
            if (onBadRow is null)
                throw named;
            onBadRow(named);
            value = default!;
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Whole(string path, OutsideText text)
    {
        using var whole = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; (read = text.Read(part)) > 0;)
        {
            if (whole.Length + read > MaxBytes)
                throw new InvalidFileException($"{path}: is laid out by columns and has more than {MaxBytes} bytes. {Remedy}");
            whole.Write(part, 0, read);
        }

        OutsideJson.RefuseDense(whole.GetBuffer().AsSpan(0, (int)whole.Length), path);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    /// <summary><c>{"columns": […], "index": […], "data": [[…], …]}</c>.</summary>
    private static IEnumerable<byte[]> Split(string path, JsonElement table)
    {
        if (!table.TryGetProperty("columns", out var names) || !table.TryGetProperty("data", out var data) || names.ValueKind != JsonValueKind.Array || data.ValueKind != JsonValueKind.Array
            || names.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
        {
            throw new InvalidFileException($"{path}: has columns, but no array 'data' of rows beside them. {Remedy}");
        }

        string[] columns = [.. names.EnumerateArray().Select(name => name.GetString()!)];
        int place = 0;
        foreach (var row in data.EnumerateArray())
        {
            place++;
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != columns.Length)
                throw new InvalidFileException($"{path}: row {Shown(place)} of 'data' does not have the {Shown(columns.Length)} values of 'columns'. {Remedy}");
            yield return Row(columns.Zip(row.EnumerateArray()));
        }
    }

    /// <summary><c>{"question": {"0": …, "1": …}, …}</c> or <c>{"question": […], …}</c>.</summary>
    private static IEnumerable<byte[]> Columns(string path, JsonElement table)
    {
        var columns = new List<(string Name, IEnumerator<(string? Key, JsonElement Value)> Values)>();
        foreach (var column in table.EnumerateObject())
        {
            if (column.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                columns.Add((column.Name, Values(column.Value).GetEnumerator()));
        }

        while (columns[0].Values.MoveNext())
        {
            var key = columns[0].Values.Current.Key;
            foreach (var (name, values) in columns.Skip(1))
            {
                if (!values.MoveNext() || values.Current.Key != key)
                    throw new InvalidFileException($"{path}: is laid out by columns, and the columns '{ForeignText.Shown(columns[0].Name)}' and '{ForeignText.Shown(name)}' do not have the same rows. {Remedy}");
            }

            yield return Row(columns.Select(column => (column.Name, column.Values.Current.Value)));
        }
    }

    private static IEnumerable<(string? Key, JsonElement Value)> Values(JsonElement column) => column.ValueKind == JsonValueKind.Array
        ? column.EnumerateArray().Select(value => ((string?)null, value))
        : column.EnumerateObject().Select(member => ((string?)member.Name, member.Value));

    private static byte[] Row(IEnumerable<(string Name, JsonElement Value)> cells)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in cells)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Shown(int number) => number.ToString(CultureInfo.InvariantCulture);
}
