using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SciCoT.Harness.Python;

/// <summary>
/// JSON byte for byte as Python's <c>json.dumps(…, ensure_ascii=False)</c> writes it, which lm-evaluation-harness hashes, and numbers as
/// Python's <c>repr</c>.
/// </summary>
internal static class PythonJson
{
    /// <summary>Writes a value.</summary>
    /// <param name="value">The value; <see langword="null"/> is JSON's null.</param>
    /// <param name="indent">Spaces a level; by default all stands on one line.</param>
    public static string Dumps(JsonNode? value, int? indent = null)
    {
        var text = new StringBuilder();
        Append(text, value, indent, 0);
        return text.ToString();
    }

    /// <summary>A number as Python's <c>repr</c>: the fewest digits that read back as it, an exponent below 1e-4 and from 1e16.</summary>
    public static string Repr(double number)
    {
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        var shortest = Math.Abs(number).ToString("E16", CultureInfo.InvariantCulture);
        for (int digits = 0; digits < 16; digits++)
        {
            var shorter = Math.Abs(number).ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(shorter, CultureInfo.InvariantCulture) == Math.Abs(number))
            {
                shortest = shorter;
                break;
            }
        }

        int mark = shortest.IndexOf('E', StringComparison.Ordinal), exponent = int.Parse(shortest.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        var figures = shortest[..mark].Replace(".", "", StringComparison.Ordinal).TrimEnd('0') is { Length: > 0 } some ? some : "0";
        var sign = double.IsNegative(number) ? "-" : "";
        if (exponent is < -4 or >= 16)
            return $"{sign}{figures[0]}{(figures.Length > 1 ? "." + figures[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{figures}";
        return exponent + 1 >= figures.Length
            ? $"{sign}{figures.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{figures[..(exponent + 1)]}.{figures[(exponent + 1)..]}";
    }

    private static void Append(StringBuilder text, JsonNode? value, int? indent, int level)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                Members(text, '{', '}', members.Count, indent, level, members.Select<KeyValuePair<string, JsonNode?>, Action>(member => () =>
                {
                    AppendString(text, member.Key);
                    text.Append(": ");
                    Append(text, member.Value, indent, level + 1);
                }));
                break;
            case JsonArray items:
                Members(text, '[', ']', items.Count, indent, level, items.Select<JsonNode?, Action>(item => () => Append(text, item, indent, level + 1)));
                break;
            default:
                AppendValue(text, value.AsValue());
                break;
        }
    }

    private static void Members(StringBuilder text, char open, char close, int count, int? indent, int level, IEnumerable<Action> append)
    {
        text.Append(open);
        bool isFirst = true;
        foreach (var member in append)
        {
            if (!isFirst)
                text.Append(indent is null ? ", " : ",");
            Line(level + 1);
            member();
            isFirst = false;
        }

        if (count > 0)
            Line(level);
        text.Append(close);

        void Line(int depth)
        {
            if (indent is { } spaces)
                text.Append('\n').Append(' ', spaces * depth);
        }
    }

    private static void AppendValue(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                AppendString(text, value.GetValue<string>());
                break;
            case JsonValueKind.True or JsonValueKind.False:
                text.Append(value.GetValue<bool>() ? "true" : "false");
                break;
            default:
                text.Append(value.TryGetValue(out double number) ? Repr(number) : value.TryGetValue(out long whole) ? whole.ToString(CultureInfo.InvariantCulture) : value.GetValue<int>().ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
