using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>
/// TeX's frames and other wraps around a final answer. Each becomes its content between <see cref="Open"/> and
/// <see cref="Close"/>, which no text has.
/// </summary>
internal static partial class AnswerBoxes
{
    public const char Open = '\ue000';
    public const char Close = '\ue001';

    private const int LongestContent = 300;

    public static string Mark(string text)
    {
        if (text.Contains('<', StringComparison.Ordinal) && text.Contains('>', StringComparison.Ordinal))
            text = Wrap().Replace(text, match => match.Groups["close"].Success ? Close.ToString() : Open.ToString());
        if (!text.Contains("box", StringComparison.OrdinalIgnoreCase) && !text.Contains("\u0008oxed", StringComparison.Ordinal))
            return text;
        var first = Frame().Match(text);
        if (!first.Success)
            return text;

        var marked = new StringBuilder(text.Length);
        int position = 0;
        for (var start = first; start.Success; start = start.NextMatch())
        {
            if (start.Index < position || End(text, start.Index + start.Length) is not { } end)
                continue;
            int content = start.Index + start.Length;
            marked.Append(text, position, start.Index - position).Append(Open).Append(TexText.Plain(text[content..end].Trim('{', '}'))).Append(Close);
            position = end;
            while (position < text.Length && text[position] == '}' && position == end)
                position++;
            position += Delimiter().Match(text, position).Length;
        }

        return marked.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>The text without the two marks.</summary>
    public static string Unmark(string text) =>
        text.Replace(Open.ToString(), "", StringComparison.Ordinal).Replace(Close.ToString(), "", StringComparison.Ordinal);

    /// <summary>Where the content ends: at its brace, or after the one character of <c>\boxed A</c>.</summary>
    private static int? End(string text, int start)
    {
        if (start > 0 && text[start - 1] != '{')
            return start < text.Length ? start + 1 : null;

        int depth = 1;
        for (int i = start; i < text.Length && i - start <= LongestContent; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return i;
        }

        return null;
    }

    /// <summary>A backspace stands for the beginning of <c>\boxed</c> in JSON that was written without care.</summary>
    [GeneratedRegex(@"(?:(?:\${1,2}|\\{1,2}[(\[])\s?)?(?:\\{1,2}(?:boxed|fbox|framebox|bbox|mybox|Boxed)|\bboxed(?=\s?\{)|\u0008oxed)\s?(?:\[[^\[\]\n]{0,40}\])?(?:\{|(?<= )(?=[A-Za-z0-9]\b))")]
    private static partial Regex Frame();

    [GeneratedRegex(@"\G(?:\s?(?:\${1,2}|\\{1,2}[)\]]))?")]
    private static partial Regex Delimiter();

    /// <summary>Tags around an answer, and GLM's tokens.</summary>
    [GeneratedRegex(@"<(?<close>/)?(?:final[_-]?answer|answer|final|choice|label)(?:\s[^<>\n]{0,100})?>|<\|begin_of_box\|>|(?<close><\|end_of_box\|>)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Wrap();
}
