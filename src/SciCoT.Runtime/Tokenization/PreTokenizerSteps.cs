namespace SciCoT.Tokenization;

/// <summary>The pre-tokenizers of the Rust library that T5 checkpoints have.</summary>
internal static class PreTokenizerSteps
{
    private const char EscapedSpace = '\u2581';

    /// <summary>Cuts at white space and drops it.</summary>
    public static IEnumerable<TextPart> WhitespaceSplit(TextPart part)
    {
        string text = part.Text;
        for (int start = 0; start < text.Length;)
        {
            if (char.IsWhiteSpace(text[start]))
            {
                start++;
                continue;
            }

            int end = start;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            yield return new TextPart(text[start..end], part.AtStart && start == 0);
            start = end;
        }
    }

    /// <summary>Writes spaces as U+2581, puts one in front as the scheme asks, and cuts before each.</summary>
    public static IEnumerable<TextPart> Metaspace(TextPart part, PrependScheme scheme, bool split)
    {
        string text = part.Text.Replace(' ', EscapedSpace);
        bool prepend = scheme == PrependScheme.Always || (scheme == PrependScheme.First && part.AtStart);
        if (prepend && text[0] != EscapedSpace)
            text = EscapedSpace + text;
        if (!split)
        {
            yield return part with { Text = text };
            yield break;
        }

        for (int start = 0; start < text.Length;)
        {
            int next = text.IndexOf(EscapedSpace, start + 1);
            int end = next < 0 ? text.Length : next;
            yield return new TextPart(text[start..end], part.AtStart && start == 0);
            start = end;
        }
    }
}
