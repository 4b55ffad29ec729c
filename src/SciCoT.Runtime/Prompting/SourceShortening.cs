namespace SciCoT.Prompting;

/// <summary>
/// Makes a student's input fit its model: of a source that is too long the context is cut from its end, then the stem from its
/// front. The choices and the rationale stay whole.
/// </summary>
internal static class SourceShortening
{
    /// <summary>More characters than a token stands for; what is farther away than the limit allows need not be counted.</summary>
    private const int CharactersPerToken = 40;

    /// <summary>How far from the source's beginning the question may begin: behind the name of the student's task.</summary>
    private const int LongestTask = 20;

    /// <summary>The source, shortened where it has too many tokens. A text that is not laid out as a question stays as it is.</summary>
    /// <param name="source">What <see cref="StudentLayout"/> made for a student.</param>
    /// <param name="maxTokens">The most tokens, the end token included.</param>
    /// <param name="countTokens">How many tokens a text has, without the end token.</param>
    public static string Fit(string source, int maxTokens, Func<string, int> countTokens)
    {
        if (Parts.Of(source) is not { } parts || parts.Tail.Length > maxTokens * (long)CharactersPerToken || Fits(source))
            return source;

        int longest = (int)Math.Min(int.MaxValue, maxTokens * (long)CharactersPerToken);
        var context = parts.Context.Length <= longest ? parts.Context : parts.Context[..longest];
        var stem = parts.Stem.Length <= longest ? parts.Stem : parts.Stem[^longest..];
        int[] ends = [0, .. Ends(context)];
        int kept = Most(ends.Length, i => Fits(parts.With(stem, context[..ends[i]])));
        if (kept >= 0)
            return parts.With(stem, context[..ends[kept]]);

        int[] starts = [.. Starts(stem).Reverse()];
        kept = Math.Max(0, Most(starts.Length, i => Fits(parts.With(stem[starts[i]..], ""))));
        return parts.With(starts.Length == 0 ? stem : stem[starts[kept]..], "");

        bool Fits(string text) => countTokens(text) < maxTokens;
    }

    /// <summary>The last of the candidates that fits, where each is longer than the one before; -1 where none does.</summary>
    private static int Most(int count, Func<int, bool> fits)
    {
        int low = -1, high = count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (fits(middle))
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>Where words end. A text without spaces may be cut at each of its characters, but not inside a surrogate pair.</summary>
    private static IEnumerable<int> Ends(string text)
    {
        bool hasWords = text.Contains(' ', StringComparison.Ordinal);
        for (int i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == ' ' || (!hasWords && !char.IsLowSurrogate(text[i])))
                yield return i;
        }
    }

    private static IEnumerable<int> Starts(string text)
    {
        bool hasWords = text.Contains(' ', StringComparison.Ordinal);
        for (int i = 0; i < text.Length; i++)
        {
            if (i == 0 || text[i - 1] == ' ' || (!hasWords && !char.IsLowSurrogate(text[i])))
                yield return i;
        }
    }

    /// <summary>A source taken apart at the layout's words.</summary>
    private sealed record Parts(string Head, string Stem, string Context, string Tail)
    {
        private const string Question = "question: ", ContextWord = " context: ", Choices = " choices: (", Rationale = " rationale: ";

        public static Parts? Of(string source)
        {
            int question = source.AsSpan(0, Math.Min(source.Length, LongestTask + Question.Length)).IndexOf(Question);
            if (question < 0)
                return null;

            int start = question + Question.Length;
            int tail = source.LastIndexOf(Choices, StringComparison.Ordinal);
            if (tail < start)
                tail = source.IndexOf(Rationale, start, StringComparison.Ordinal);
            if (tail < start)
                tail = source.Length;
            int context = source.IndexOf(ContextWord, start, tail - start, StringComparison.Ordinal);
            return context < 0
                ? new(source[..start], source[start..tail], "", source[tail..])
                : new(source[..start], source[start..context], source[(context + ContextWord.Length)..tail], source[tail..]);
        }

        public string With(string stem, string context) => Head + stem + (context.Length == 0 ? "" : ContextWord + context) + Tail;
    }
}
