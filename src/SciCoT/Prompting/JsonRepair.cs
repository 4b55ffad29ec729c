using System.Collections.Frozen;
using System.Text;

namespace SciCoT.Prompting;

/// <summary>
/// Mends what models write for JSON: raw line breaks in strings, TeX with single backslashes, strings in single or typographic
/// quotes, names without quotes, missing commas, and Python's <c>None</c>, <c>True</c> and <c>False</c>.
/// </summary>
/// <remarks>Sound JSON keeps its meaning, but for TeX: <c>\frac</c> is a form feed and "rac" to a strict reader, and means TeX.</remarks>
internal static class JsonRepair
{
    /// <summary>TeX's commands that begin with the letter of an escape which also occurs in sound JSON.</summary>
    private static readonly FrozenSet<string> TexCommands = FrozenSet.ToFrozenSet(
        ("text textbf textit textrm textsf texttt textnormal textup textcolor textsubscript textsuperscript times theta tau tan tanh tfrac tilde top triangle triangleq to thickapprox therefore "
        + "nu nabla ne neq neg not notin nearrow newline nmid nleq ngeq nsim "
        + "rho right rightarrow rightleftharpoons rightharpoonup rangle rfloor rceil rm rvert").Split(' '));

    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string> { ["None"] = "null", ["True"] = "true", ["False"] = "false", ["NaN"] = "null" }.ToFrozenDictionary();

    public static string Repair(ReadOnlySpan<char> json)
    {
        var mended = new StringBuilder(json.Length + 16);
        for (int i = 0; i < json.Length;)
        {
            if (Closing(json[i]) is { } quote)
            {
                if (mended.Length > 0 && EndsValue(mended))
                    mended.Append(',');
                i = AppendString(mended, json, i + 1, quote);
            }
            else if (char.IsLetter(json[i]))
                i = AppendWord(mended, json, i);
            else
                mended.Append(json[i++]);
        }

        return mended.ToString();
    }

    private static char? Closing(char opening) => opening switch { '"' => '"', '\'' => '\'', '“' => '”', '‘' => '’', _ => null };

    private static int AppendWord(StringBuilder mended, ReadOnlySpan<char> json, int start)
    {
        int end = start;
        while (end < json.Length && char.IsLetter(json[end]))
            end++;
        while (end < json.Length && (char.IsLetterOrDigit(json[end]) || json[end] == '_'))
            end++;
        var word = json[start..end];
        if (json[end..].TrimStart() is [':', ..])
        {
            mended.Append('"').Append(word).Append('"');
            return end;
        }

        mended.Append(Words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var known) ? known : word);
        return end;
    }

    /// <summary>Whether a value ended and nothing stands between it and what follows.</summary>
    private static bool EndsValue(StringBuilder mended)
    {
        int last = mended.Length - 1;
        while (last >= 0 && last > mended.Length - 64 && char.IsWhiteSpace(mended[last]))
            last--;
        return last >= 0 && mended[last] is '"' or '}' or ']';
    }

    private static int AppendString(StringBuilder mended, ReadOnlySpan<char> json, int start, char quote)
    {
        mended.Append('"');
        int i = start;
        while (i < json.Length && !(json[i] == quote && EndsString(json, i)))
        {
            if (json[i] == '\\')
                i = AppendEscape(mended, json, i + 1);
            else
                AppendCharacter(mended, json[i++]);
        }

        mended.Append('"');
        return Math.Min(i + 1, json.Length);
    }

    private static void AppendCharacter(StringBuilder mended, char c) => _ = c switch
    {
        '"' => mended.Append("\\\""),
        '\n' => mended.Append("\\n"),
        '\t' => mended.Append("\\t"),
        < ' ' => mended.Append(' '),
        _ => mended.Append(c),
    };

    /// <summary>A quote ends its string where JSON goes on after it; another one is text: <c>"the so-called "ice""</c>.</summary>
    private static bool EndsString(ReadOnlySpan<char> json, int quote)
    {
        // White space is looked through for a bounded stretch, so that quotes and spaces in turn do not make the work quadratic.
        for (int i = quote + 1; i < json.Length && i - quote <= 64; i++)
        {
            if (!char.IsWhiteSpace(json[i]))
                return json[i] is ',' or '}' or ']' or ':' or '/' || (json[i] == json[quote] && BeginsName(json[(i + 1)..]));
        }

        return true;
    }

    /// <summary>Whether a name and a colon follow a quote: the comma before it was left out.</summary>
    private static bool BeginsName(ReadOnlySpan<char> json)
    {
        int length = 0;
        while (length < json.Length && length < 32 && (char.IsAsciiLetter(json[length]) || json[length] is '_' or ' '))
            length++;
        return length > 0 && json[length..] is ['"' or '\'', ..] && json[(length + 1)..].TrimStart() is [':', ..];
    }

    private static int AppendEscape(StringBuilder mended, ReadOnlySpan<char> json, int start)
    {
        if (start == json.Length)
            return start;
        char c = json[start];
        bool isEscape = c switch
        {
            '"' or '/' or '\\' => true,
            'u' => start + 4 < json.Length && !json.Slice(start + 1, 4).ContainsAnyExcept(HexDigits),
            'b' or 'f' => start + 1 == json.Length || !char.IsAsciiLetter(json[start + 1]), // nobody writes a backspace or a form feed before a word
            'n' or 'r' or 't' => !IsTexCommand(json[start..]),
            _ => false,
        };
        if (isEscape)
            mended.Append('\\').Append(c);
        else if (c is '\'' or '’' or '”')
            mended.Append(c);
        else if (c == '\n')
            mended.Append("\\n");
        else
            mended.Append("\\\\");
        return isEscape || c is '\'' or '’' or '”' or '\n' ? start + 1 : start;
    }

    private static readonly System.Buffers.SearchValues<char> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static bool IsTexCommand(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && length < 20 && char.IsAsciiLetter(text[length]))
            length++;
        return TexCommands.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..length]);
    }
}
