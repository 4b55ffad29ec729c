using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>The blocks in which models think aloud, by the marks that different models put around them.</summary>
internal static partial class Thoughts
{
    /// <summary>The text without blocks of thoughts.</summary>
    /// <remarks>
    /// What stands before a closing mark that was never opened is a thought, since many templates write the opening mark
    /// themselves. A block that never ends reaches to the end of the text. A mark that a thought only mentions opens nothing.
    /// </remarks>
    public static string Remove(string text)
    {
        List<ThoughtMark> marks = [.. Marks(text).Select(mark => new ThoughtMark(mark.Index, mark.Length, mark.Groups["close"].Success, mark.Groups["empty"].Success))];
        if (marks.Count == 0)
            return text;

        var kept = new StringBuilder(text.Length);
        int position = 0;
        for (int i = 0; i < marks.Count; i++)
        {
            var mark = marks[i];
            if (mark.IsClosing)
            {
                kept.Clear();
            }
            else
            {
                kept.Append(text, position, mark.Index - position).Append('\n');
                if (!mark.IsEmpty && (i = EndOfBlock(marks, i)) == marks.Count)
                    return kept.ToString();
            }

            position = marks[i].Index + marks[i].Length;
        }

        return kept.Append(text, position, text.Length - position).ToString();
    }

    public static string? FindMark(string text) => Marks(text).FirstOrDefault()?.Value;

    /// <summary>The marks, in their order.</summary>
    internal static IEnumerable<Match> Marks(string text) => !text.AsSpan().ContainsAny(Ends) ? [] : PatternSearch.Near(Mark(), text, PatternSearch.Places(text, Words), before: 80, after: 280);

    /// <summary>The mark that closes a block, or the last closing one where marks inside the block are not balanced.</summary>
    private static int EndOfBlock(List<ThoughtMark> marks, int start)
    {
        int last = marks.Count;
        int depth = 1;
        for (int i = start + 1; i < marks.Count && depth > 0; i++)
        {
            if (marks[i].IsClosing)
            {
                depth--;
                last = i;
            }
            else if (!marks[i].IsEmpty)
            {
                depth++;
            }
        }

        return last;
    }

    /// <summary>Each mark holds one of these too.</summary>
    private static readonly SearchValues<char> Ends = SearchValues.Create(">;▷]");

    /// <summary>Each mark holds one of these.</summary>
    private static readonly SearchValues<string> Words =
        PatternSearch.Words("think thought reason internal analysis reflection scratch monologue cot chain inner_prefix inner_suffix unused94 unused95 channel");

    /// <summary>What is kept of a match: a long reply may hold thousands.</summary>
    private readonly record struct ThoughtMark(int Index, int Length, bool IsClosing, bool IsEmpty);

    private const string Names =
        "think|thinking|thoughts?|thought[_-]?process|reasoning|reasoning_content|reason|internal|analysis|reflection|scratch_?pad|(?:inner|internal)?_?monologue|ant_?thinking|cot|chain[_-]of[_-]thought";

    /// <summary>Tags with attributes and prefixes, also as HTML entities; brackets; Kimi's triangles; the tokens of OpenThinker, Command A, Apertus, MedGemma and Gemma.</summary>
    [GeneratedRegex(
        $$"""
        (?:<|&lt;|◁)[ ]?(?<close>/)?[ ]?(?:[a-z]\w{0,11}[:|])?(?:{{Names}})(?:\s[^<>◁▷\n]{0,200}?)?[ ]?(?<empty>/)?(?:>|&gt;|▷)
        | \[[ ]?(?<close>/)?[ ]?(?:think|thinking|thoughts?)[ ]?\]
        | <[|｜](?:(?<close>/|end[_▁](?:of[_▁])?)|begin[_▁](?:of[_▁])?|start[_▁](?:of[_▁])?)?(?:{{Names}})(?:[_▁](?:(?<close>end)|start|begin))?[|｜]>
        | <\|(?:inner_prefix|(?<close>inner_suffix))\|>
        | <unused94>(?:thought\b)?
        | (?<close><unused95>)
        | <\|channel>[ ]?(?:thought|analysis)\b
        | (?<close><channel\|>)
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    internal static partial Regex Mark();
}
