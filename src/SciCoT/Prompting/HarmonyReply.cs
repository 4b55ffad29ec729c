using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>
/// The channels of gpt-oss (the "harmony" format) in replies whose server did not take them apart: <c>analysis</c> and
/// <c>commentary</c> are thoughts, <c>final</c> is the reply.
/// </summary>
internal static partial class HarmonyReply
{
    /// <summary>The final channel; a text without channels as it is; nothing where the final channel is missing.</summary>
    public static string Final(string text) => HasMark(text) && Header().Match(text) is { Success: true } first ? Marked(text, first) : Bare(text);

    public static string? FindMark(string text) =>
        HasMark(text) && Header().Match(text) is { Success: true } header ? header.Value
        : HasRunTogether(text) && RunTogether().Match(text) is { Success: true } word ? word.Value
        : Beginning().Match(text) is { Success: true } beginning ? beginning.Value
        : null;

    private static string Marked(string text, Match first)
    {
        for (Match header = first, next; header.Success; header = next)
        {
            next = header.NextMatch();
            int start = header.Index + header.Length;
            int end = next.Success ? next.Index : text.Length;
            if (End().Match(text, start, end - start) is { Success: true } mark)
                end = mark.Index;
            if (IsFinal(text, header, isFirst: header == first) && !text.AsSpan(start, end - start).IsWhiteSpace())
                return text[start..end];
        }

        // A first message without a header, then others.
        var before = text[..first.Index];
        return first.Groups["start"].Success && Beginning().Match(before) is { Success: false } ? before : "";
    }

    /// <summary>A message without a channel is one for the reader where the assistant wrote it.</summary>
    private static bool IsFinal(string text, Match header, bool isFirst)
    {
        var channel = header.Groups["channel"].Value;
        // A server may swallow the first mark: "analysis<|message|>…"
        if (channel.Length == 0 && isFirst && !header.Groups["start"].Success)
            channel = text[..header.Index].Trim();
        return channel.StartsWith("final", StringComparison.OrdinalIgnoreCase)
            || (channel.Length == 0 && header.Groups["role"].Value is "" or "assistant");
    }

    /// <summary>Where special tokens were left out and the words between them were kept: "analysisWe need … assistantfinalIce …".</summary>
    private static string Bare(string text)
    {
        Match[] finals = HasRunTogether(text) ? [.. RunTogether().Matches(text).Where(match => match.Groups["final"].Success)] : [];
        for (int i = finals.Length - 1; i >= 0; i--)
        {
            int start = finals[i].Index + finals[i].Length;
            int end = RunTogether().Match(text, start) is { Success: true } next ? next.Index : text.Length;
            if (!string.IsNullOrWhiteSpace(text[start..end]))
                return text[start..end];
        }

        var beginning = Beginning().Match(text);
        if (!beginning.Success)
            return text;
        if (beginning.Groups["final"].Success)
            return text[beginning.Length..];
        return FinalLine().Match(text) is { Success: true } line ? text[(line.Index + line.Length)..] : "";
    }

    private static bool HasMark(string text) => text.Contains("|>", StringComparison.Ordinal);

    private static bool HasRunTogether(string text) => text.Contains("assistant", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        """
        (?<start><\|start\|>\s{0,2}(?<role>[a-z]{1,20})?[^<>\n]{0,80})?
        (?:<\|channel\|>\s{0,2}(?<channel>analysis|commentary|final|[a-z]{1,20})[^<>\n]{0,80}?(?:<\|constrain\|>\s?[a-z]{0,20}\s?)?(?:<\|message\|>)|<\|channel\|>\s{0,2}(?<channel>analysis|commentary|final)|<\|message\|>)
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Header();

    [GeneratedRegex(@"<\|(?:end|return|call|start|channel)\|>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex End();

    [GeneratedRegex(@"assistant(?:(?<final>final)|analysis|commentary)|(?<=^|\n)assistant[ \n](?:(?<final>final)|analysis|commentary)(?=\n)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RunTogether();

    [GeneratedRegex(@"^\s{0,4}(?:assistant\s{0,2})?(?:analysis|commentary|(?<final>final))(?=[A-Z""'“(]|[ \t]?\n)", RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\n(?:assistant[ ]?)?final[ \t]?\n", RegexOptions.CultureInvariant)]
    private static partial Regex FinalLine();
}
