using System.Globalization;
using System.Text;

namespace SciCoT.Tokenization;

/// <summary>The normalizers of the Rust library that T5 checkpoints have.</summary>
internal static class NormalizerSteps
{
    /// <summary>Longer grapheme clusters, in bytes, are looked up character by character.</summary>
    private const int MaxClusterBytes = 5;

    /// <summary>
    /// SentencePiece's character map as the Rust library applies it: a grapheme cluster of up to five bytes is replaced as a
    /// whole by what the shortest key at its start stands for.
    /// </summary>
    public static string Precompiled(CharacterMap map, string text)
    {
        var output = new StringBuilder(text.Length);
        Span<byte> bytes = stackalloc byte[3 * MaxClusterBytes];
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            bool alone = rest[0] < 0x80 && rest[0] != '\r' && (rest.Length == 1 || rest[1] < 0x80);
            int length = alone ? 1 : StringInfo.GetNextTextElementLength(rest);
            var cluster = rest[..length];
            rest = rest[length..];
            if (length <= MaxClusterBytes && Encoding.UTF8.GetBytes(cluster, bytes) is var count && count <= MaxClusterBytes && map.TryMatchShortest(bytes[..count], out var whole))
            {
                output.Append(Encoding.UTF8.GetString(whole));
                continue;
            }

            foreach (var rune in cluster.EnumerateRunes())
            {
                if (map.TryMatchShortest(bytes[..rune.EncodeToUtf8(bytes)], out var replacement))
                    output.Append(Encoding.UTF8.GetString(replacement));
                else
                    output.Append(rune.ToString());
            }
        }

        return output.ToString();
    }

    /// <summary>Writes each run of two or more spaces as <paramref name="content"/>.</summary>
    public static string ReplaceSpaces(string text, string content)
    {
        if (!text.Contains("  ", StringComparison.Ordinal))
            return text;
        var output = new StringBuilder(text.Length);
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && text[end] == ' ')
                end++;
            if (end - start >= 2)
                output.Append(content);
            else
                output.Append(text[start..(end = start + 1)]);
            start = end;
        }

        return output.ToString();
    }

    public static string Strip(string text, bool left, bool right) =>
        left ? right ? text.Trim() : text.TrimStart() : right ? text.TrimEnd() : text;
}
