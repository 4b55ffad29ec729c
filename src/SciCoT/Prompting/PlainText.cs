using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>Text without emphasis, tags and TeX around words, and the form of it in which answers are looked for.</summary>
internal static partial class PlainText
{
    /// <summary>
    /// A reply as it is read: answers in boxes are between <see cref="AnswerBoxes"/>' marks, and no run of white space is longer
    /// than two characters, which bounds the work of every expression that reads the text.
    /// </summary>
    public static string Of(string text) =>
        Collapse(Letters(TexText.Unwrap(AnswerBoxes.Mark(MarkdownTables.Unfold(WithoutTags(CodeFences.WithoutLines(WithoutEnding(text)))))))
            .Replace("**", "", StringComparison.Ordinal)
            .Replace("__", "", StringComparison.Ordinal)
            .Replace("`", "", StringComparison.Ordinal) is var plain && plain.AsSpan().ContainsAny('*', '_') ? Emphasis().Replace(plain, "$1$2") : plain);

    /// <summary>A choice's text or label in the form in which it stands in a reply's <see cref="Shadow"/>.</summary>
    public static string Name(string text) =>
        Shadow(AnswerBoxes.Unmark(Collapse(Letters(TexText.Unwrap(AnswerBoxes.Mark(ReplyText.Clean(text))))
            .Replace("**", "", StringComparison.Ordinal)
            .Replace("__", "", StringComparison.Ordinal)
            .Replace("`", "", StringComparison.Ordinal)).Replace('\n', ' ')));

    /// <summary>The same text with full-width and typographic forms as ASCII, character for character, so that places agree.</summary>
    public static string Shadow(string text) => System.Text.Ascii.IsValid(text) && !text.AsSpan().ContainsAny(OtherSpace) ? text : string.Create(text.Length, text, static (shadow, text) =>
    {
        for (int i = 0; i < shadow.Length; i++)
            shadow[i] = Ascii(text[i]);
    });

    /// <summary>White space of ASCII besides the space and the line break.</summary>
    private static readonly SearchValues<char> OtherSpace = SearchValues.Create("\t\v\f\r");

    /// <summary>Runs of white space as one space, one line break or an empty line; none at the ends.</summary>
    public static string Collapse(string text)
    {
        var collapsed = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            int length = 0;
            for (int i = 0; i < text.Length;)
            {
                if (!char.IsWhiteSpace(text[i]))
                {
                    collapsed[length++] = text[i++];
                    continue;
                }

                int lines = 0;
                for (; i < text.Length && char.IsWhiteSpace(text[i]); i++)
                    lines += text[i] == '\n' ? 1 : 0;
                if (length == 0 || i == text.Length)
                    continue;
                collapsed[length++] = lines == 0 ? ' ' : '\n';
                if (lines > 1)
                    collapsed[length++] = '\n';
            }

            var result = collapsed.AsSpan(0, length);
            return result.SequenceEqual(text) ? text : result.ToString();
        }
        finally
        {
            ArrayPool<char>.Shared.Return(collapsed);
        }
    }

    private static string WithoutTags(string text)
    {
        if (text.Contains('<', StringComparison.Ordinal) && text.Contains('>', StringComparison.Ordinal))
            text = Break().Replace(Tag().Replace(text, ""), "\n");
        return text.AsSpan().ContainsAny('[', '【') && text.AsSpan().ContainsAny(']', '】')
            ? Bracketed().Replace(text, match => match.Groups["close"].Success ? "" : "\nAnswer: ")
            : text;
    }

    private static string WithoutEnding(string text) =>
        text.AsSpan().TrimEnd() is [.., '#' or '-' or '*' or '_'] || text.AsSpan().ContainsAny('✅', '☑', '✔') ? Ending().Replace(text, "") : text;

    /// <summary>Circled and bracketed letters and digits as (A), mathematical letters as plain ones.</summary>
    private static string Letters(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u2460', '\u24e9') && !text.Contains('\ud835', StringComparison.Ordinal) && !text.Contains('\ud83c', StringComparison.Ordinal))
            return text;

        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                >= 0x24B6 and <= 0x24CF => Bracketed('A', 0x24B6),
                >= 0x24D0 and <= 0x24E9 => Bracketed('a', 0x24D0),
                >= 0x249C and <= 0x24B5 => Bracketed('a', 0x249C),
                >= 0x1F110 and <= 0x1F129 => Bracketed('A', 0x1F110),
                >= 0x1F130 and <= 0x1F149 => Bracketed('A', 0x1F130),
                >= 0x1F150 and <= 0x1F169 => Bracketed('A', 0x1F150),
                >= 0x1F170 and <= 0x1F189 => Bracketed('A', 0x1F170),
                >= 0x2460 and <= 0x2468 => Bracketed('1', 0x2460),
                >= 0x2474 and <= 0x247C => Bracketed('1', 0x2474),
                >= 0x1D400 and < 0x1D6A4 and var letter => plain.Append((char)((letter - 0x1D400) % 52 is < 26 and var n ? 'A' + n : 'a' + ((letter - 0x1D400) % 52) - 26)),
                >= 0x1D7CE and <= 0x1D7FF and var digit => plain.Append((char)('0' + ((digit - 0x1D7CE) % 10))),
                _ => plain.Append(rune.ToString()),
            };

            StringBuilder Bracketed(char first, int origin) => plain.Append('(').Append((char)(first + rune.Value - origin)).Append(')');
        }

        return plain.ToString();
    }

    private static char Ascii(char c) => c switch
    {
        >= '\uff01' and <= '\uff5e' => (char)(c - 0xfee0),
        '。' or '｡' => '.',
        '、' => ',',
        '【' or '〔' or '〖' or '〘' => '[',
        '】' or '〕' or '〗' or '〙' => ']',
        '「' or '」' or '『' or '』' or '«' or '»' or '‹' or '›' or '„' or '‟' or '“' or '”' => '"',
        '⟨' or '〈' or '《' or '❨' or '⦅' => '(',
        '⟩' or '〉' or '》' or '❩' or '⦆' => ')',
        '‘' or '’' or '‚' => '\'',
        '∶' or 'ː' or '︰' => ':',
        '\u2010' or '\u2011' => '-',
        not '\n' when char.IsWhiteSpace(c) => ' ',
        _ => c,
    };

    [GeneratedRegex(@"</?(?:b|strong|i|em|u|mark|big|small|span|font|div|center|p|h[1-6]|code|pre|kbd|sub|sup|explanation|rationale|response|output|solution|result|conclusion|text)(?:\s[^<>\n]{0,120})?\s?/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    /// <summary>Check marks at the end of a line, and a heading's marks at the end of the text.</summary>
    [GeneratedRegex(@"[ \t]?[✅☑✔]\ufe0f?[ \t]?(?=\n|$)|(?:#{2,6}|(?<=\n)[-*_]{3,9})\s{0,4}$", RegexOptions.CultureInvariant)]
    private static partial Regex Ending();

    /// <summary>One asterisk or underscore on each side of words.</summary>
    [GeneratedRegex(@"(?<![\w*])\*(?=[^\s*])([^*\n]{1,60})(?<=\S)\*(?![\w*])|(?<!\w)_(?=[^\s_])([^_\n]{1,60})(?<=[^\s_])_(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Emphasis();

    /// <summary>"[ANSWER] A [/ANSWER]", "【答案】A".</summary>
    [GeneratedRegex(@"[ \t]?(?:\[(?:(?:final|correct)[ _-])?answer\]|【(?:正确|正確|最终|最終)?答案】)\s?[:：]?\s?|(?<close>[ \t]?\[/(?:(?:final|correct)[ _-])?answer\])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"<br\s?/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Break();
}
