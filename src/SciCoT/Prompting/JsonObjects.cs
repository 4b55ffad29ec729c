using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>The JSON objects that stand in a text one after another, and the text around them.</summary>
internal static partial class JsonObjects
{
    /// <summary>More objects than a reply has; the rest is not looked at, which bounds the work.</summary>
    private const int Most = 32;

    /// <summary>The places of the objects from a place on, the outermost ones, from brace to brace.</summary>
    public static IEnumerable<Range> In(string text, int start)
    {
        int? begin = start;
        for (int i = 0; i < Most && begin is { } first; i++)
        {
            int? end = End(text, first);
            if (end is { } last)
                yield return first..last;
            begin = JsonReply.Beginning(text, end ?? (first + 1));
        }
    }

    /// <summary>The text without some parts, without the fences around them and the lines that only announce them.</summary>
    public static string Around(string text, IEnumerable<Range> parts)
    {
        var around = new StringBuilder(text.Length);
        int position = 0;
        foreach (var part in parts)
        {
            around.Append(Announcement().Replace(text[position..part.Start.Value], "")).Append('\n');
            position = part.End.Value;
        }

        around.Append(text, position, text.Length - position);
        var rest = CodeFences.WithoutLines(around.ToString()).Trim();
        return rest.Any(char.IsLetter) ? rest : "";
    }

    /// <summary>Behind the brace that closes an object, <see langword="null"/> where none does; quotation marks are those of sound JSON.</summary>
    public static int? End(string text, int start)
    {
        int depth = 0;
        bool inString = false;
        for (int i = start; i < text.Length; i++)
        {
            if (inString && text[i] == '\\')
                i++;
            else if (text[i] == '"')
                inString = !inString;
            else if (!inString && text[i] == '{')
                depth++;
            else if (!inString && text[i] == '}' && --depth == 0)
                return i + 1;
        }

        return null;
    }

    /// <summary>"Here is the JSON:" before an object, and the opening of its fence.</summary>
    [GeneratedRegex(@"(?<=^|\n|[.!?]\s)[^\n.!?]{0,120}\b(?:json|object|format|output|answer|response|result)\b[^\n:]{0,60}:[*\s]{0,4}\s{0,8}(?:```\w{0,20}\s{0,8})?$|\s{0,8}```\w{0,20}\s{0,8}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Announcement();
}
