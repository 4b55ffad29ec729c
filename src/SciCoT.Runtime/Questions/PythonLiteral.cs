using System.Text;
using System.Text.Json;

namespace SciCoT.Questions;

/// <summary>Lists and dictionaries as Python prints them, which a spreadsheet written by pandas holds in its cells.</summary>
internal static class PythonLiteral
{
    /// <summary>
    /// What is wrong with a stem that is the text of a whole question, as pandas' <c>to_csv</c> writes a nested field; <see langword="null"/> where it is
    /// none. It would be asked as an open question, braces and all.
    /// </summary>
    public static string? NestedQuestion(string stem) =>
        stem.AsSpan().TrimStart() is ['{', ..] && ToJson(stem) is { } json && (json.Contains("\"stem\"", StringComparison.Ordinal) || json.Contains("\"choices\"", StringComparison.Ordinal))
            ? "holds a whole question as the text of an object; expected the stem alone. Write nested fields as JSON Lines (to_json of pandas with orient=\"records\", lines=True) or as columns of their own."
            : null;

    /// <summary>
    /// The text as JSON: quotation marks of either kind, <c>None</c>, <c>True</c>, <c>False</c>, <c>nan</c>, tuples, numpy's
    /// <c>array([…], dtype=object)</c>. <see langword="null"/> where it is something else; whether the result is sound is for the parser.
    /// </summary>
    public static string? ToJson(string text)
    {
        if (text.AsSpan().TrimStart() is not ['[' or '{' or '(' or 'a', ..])
            return null;
        var json = new StringBuilder(text.Length + 16);
        var closing = new Stack<string>();
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            if (c is '\'' or '"')
            {
                if (ReadString(text, ref i) is not { } value)
                    return null;
                if (json.Length > 0 && LastMark(json) == '"')
                    json.Append(','); // numpy prints no commas
                json.Append('"').Append(JsonEncodedText.Encode(value)).Append('"');
            }
            else if (char.IsAsciiLetter(c))
            {
                if (!ReadWord(text, ref i, json, closing))
                    return null;
            }
            else if (c is '(')
            {
                json.Append('[');
                closing.Push("]");
                i++;
            }
            else if (c is ')')
            {
                if (!closing.TryPop(out var end))
                    return null;
                DropComma(json);
                json.Append(end);
                i++;
            }
            else if (c is ']' or '}')
            {
                DropComma(json);
                json.Append(c);
                i++;
            }
            else
            {
                json.Append(c);
                i++;
            }
        }

        return json.ToString();
    }

    private static bool ReadWord(string text, ref int i, StringBuilder json, Stack<string> closing)
    {
        int begin = i;
        while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_'))
            i++;
        switch (text[begin..i])
        {
            case "array" when i < text.Length && text[i] == '(':
                closing.Push("");
                i++;
                return true;
            case "dtype" when closing.Count > 0:
                DropComma(json);
                int end = text.IndexOf(')', i);
                i = end < 0 ? text.Length : end;
                return end >= 0;
            case "None" or "nan" or "NaN" or "null":
                json.Append("null");
                return true;
            case "True" or "true":
                json.Append("true");
                return true;
            case "False" or "false":
                json.Append("false");
                return true;
            default:
                return false;
        }
    }

    private static char LastMark(StringBuilder json)
    {
        int last = json.Length - 1;
        while (last > 0 && char.IsWhiteSpace(json[last]))
            last--;
        return json[last];
    }

    /// <summary>Python allows a comma behind the last item.</summary>
    private static void DropComma(StringBuilder json)
    {
        while (json.Length > 0 && (char.IsWhiteSpace(json[^1]) || json[^1] == ','))
            json.Length--;
    }

    private static string? ReadString(string text, ref int i)
    {
        char quote = text[i++];
        var value = new StringBuilder();
        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (c == quote)
            {
                i++;
                return value.ToString();
            }

            if (c != '\\' || i + 1 >= text.Length)
            {
                value.Append(c);
                continue;
            }

            char escaped = text[++i];
            value.Append(escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => escaped });
            if (escaped is 'x' or 'u' or 'U' or 'N' or >= '0' and <= '9')
                return null; // rather refused than read wrongly
        }

        return null;
    }
}
