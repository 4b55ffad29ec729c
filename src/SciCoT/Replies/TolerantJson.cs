using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SciCoT.Replies;

/// <summary>Reads JSON as servers send it: with things before and behind it, and with what the standard does not allow.</summary>
internal static class TolerantJson
{
    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowMultipleValues = true, MaxDepth = 64 };

    /// <summary>The values that stand one behind the other at the text's start; what follows them and is none is left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isWhole">Whether the text ended where a value could end.</param>
    public static IReadOnlyList<JsonElement> Read(string text, out bool isWhole)
    {
        var values = new List<JsonElement>();
        isWhole = true;
        int start = Start(text);
        if (start < 0)
            return values;

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(Mended(text[start..])), Options);
        try
        {
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                values.Add(document.RootElement.Clone());
            }
        }
        catch (JsonException)
        {
            isWhole = values.Count > 0;
        }

        return values;
    }

    /// <summary>Whether a text is an object written as JSON.</summary>
    public static bool LooksLikeObject(string text) => text.AsSpan().TrimStart() is ['{', ..];

    /// <summary>Where the first object or array begins; servers put marks, comments and keep-alive lines before it.</summary>
    private static int Start(string text)
    {
        int start = text.AsSpan().IndexOfAny('{', '[', '"');
        return start < 0 || text.AsSpan(0, start).Contains('<') ? -1 : start;
    }

    /// <summary>
    /// Escapes raw control characters, doubles the backslash of escapes that JSON does not know, replaces halves of surrogate
    /// pairs, and writes null for Python's NaN, Infinity and None.
    /// </summary>
    private static string Mended(string text)
    {
        var mended = new StringBuilder(text.Length);
        bool inText = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (!inText)
            {
                inText = c == '"';
                if (char.IsAsciiLetterUpper(c) && Literal(text.AsSpan(i)) is { } literal)
                {
                    if (mended.Length > 0 && mended[^1] == '-')
                        mended.Length--;
                    mended.Append(literal.Value);
                    i += literal.Name.Length - 1;
                    continue;
                }

                mended.Append(c);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                i = AppendEscape(mended, text, i);
            }
            else if (c < ' ')
            {
                mended.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                inText = c != '"';
                mended.Append(char.IsSurrogate(c) && !IsPair(text, i) ? '\uFFFD' : c);
            }
        }

        return mended.ToString();
    }

    /// <summary>Appends an escape that begins at a place.</summary>
    /// <returns>The place of its last character.</returns>
    private static int AppendEscape(StringBuilder mended, string text, int at)
    {
        char kind = text[at + 1];
        if (kind != 'u')
        {
            mended.Append("\"\\/bfnrt".Contains(kind, StringComparison.Ordinal) ? "\\" : "\\\\").Append(kind);
            return at + 1;
        }

        if (Unit(text, at) is not { } unit)
        {
            mended.Append("\\\\u");
            return at + 1;
        }

        bool isHigh = char.IsHighSurrogate(unit);
        if (isHigh && Unit(text, at + 6) is { } low && char.IsLowSurrogate(low))
        {
            mended.Append(text, at, 12);
            return at + 11;
        }

        mended.Append(char.IsSurrogate(unit) ? "\\ufffd" : text.AsSpan(at, 6));
        return at + 5;
    }

    private static char? Unit(string text, int at) =>
        at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u'
            && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
            ? (char)unit
            : null;

    private static bool IsPair(string text, int at) =>
        char.IsHighSurrogate(text[at])
            ? at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
            : at > 0 && char.IsHighSurrogate(text[at - 1]);

    private static (string Name, string Value)? Literal(ReadOnlySpan<char> text)
    {
        foreach (var (name, value) in new[] { ("NaN", "null"), ("Infinity", "null"), ("None", "null"), ("True", "true"), ("False", "false") })
        {
            if (text.StartsWith(name))
                return (name, value);
        }

        return null;
    }
}
