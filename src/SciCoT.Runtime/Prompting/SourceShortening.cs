namespace SciCoT.Prompting;

/// <summary>
/// Makes a student's input fit its model: of a source that is too long the context is cut from its end, then the stem from its
/// front. The choices stay whole, and so does the rationale; of those that are too long by themselves the tokenizer leaves the end out.
/// </summary>
internal static class SourceShortening
{
    /// <summary>More characters than a token stands for; what is farther away than the limit allows need not be counted.</summary>
    private const int CharactersPerToken = 40;

    /// <summary>How many characters a word has at most that is not cut.</summary>
    private const int LongestWord = 32;

    /// <summary>How far from the source's beginning the question may begin: behind the name of the student's task.</summary>
    private const int LongestTask = 20;

    /// <summary>The source, shortened where it has too many tokens. A text that is not laid out as a question stays as it is.</summary>
    /// <param name="source">What <see cref="StudentLayout"/> made for a student.</param>
    /// <param name="maxTokens">The most tokens, the end token included.</param>
    /// <param name="countTokens">How many tokens a text has, without the end token.</param>
    public static string Fit(string source, int maxTokens, Func<string, int> countTokens)
    {
        if (Parts.Of(source) is not { } parts)
            return source;

        int longest = (int)Math.Min(int.MaxValue, maxTokens * (long)CharactersPerToken);
        if (parts.Choices.Length > longest)
            parts = parts with { Choices = parts.Choices[..longest] };
        else if (parts.Rationale.Length <= longest && Fits(source))
            return source;

        var context = parts.Context.Length <= longest ? parts.Context : parts.Context[..longest];
        var stem = parts.Stem.Length <= longest ? parts.Stem : parts.Stem[^longest..];
        if (parts.Rationale.Length > longest || !Fits(parts.With(LastWord(stem), "")))
        {
            // The rationale is too long by itself: the question is kept whole where it fits, and the rationale's beginning.
            parts = parts with { Rationale = parts.Rationale.Length <= longest ? parts.Rationale : parts.Rationale[..longest] };
            if (parts.Rationale.Length > 0 && Fits((parts with { Rationale = "" }).With(stem, "")))
                return parts.With(stem, "");
        }

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

    private static string LastWord(string stem) => stem[Starts(stem).LastOrDefault()..];

    /// <summary>Where a text may end.</summary>
    private static IEnumerable<int> Ends(string text) => Words(text).SelectMany(word => Inside(text, word).Append(word.End.Value));

    /// <summary>Where a text may begin.</summary>
    private static IEnumerable<int> Starts(string text) => Words(text).SelectMany(word => Inside(text, word).Prepend(word.Start.Value));

    private static IEnumerable<Range> Words(string text)
    {
        for (int begin = 0; begin < text.Length;)
        {
            int end = text.IndexOf(' ', begin) is >= 0 and var space ? space : text.Length;
            if (end > begin)
                yield return begin..end;
            begin = end + 1;
        }
    }

    /// <summary>
    /// The places inside a word at which it may be cut: none, but in scripts without spaces, in a word that is longer than words
    /// are, and in one that is the whole text. No place is inside a surrogate pair.
    /// </summary>
    private static IEnumerable<int> Inside(string text, Range range)
    {
        var (begin, length) = range.GetOffsetAndLength(text.Length);
        if (length <= LongestWord && length < text.Length && !text.AsSpan(begin, length).ContainsAnyInRange('\u2e80', '\ua4cf'))
            yield break;
        for (int i = begin + 1; i < begin + length; i++)
        {
            if (!char.IsLowSurrogate(text[i]))
                yield return i;
        }
    }

    /// <summary>A source taken apart at the layout's words.</summary>
    private sealed record Parts(string Head, string Stem, string Context, string Choices, string Rationale)
    {
        private const string Question = "question: ", ContextWord = " context: ", ChoicesWord = " choices: (", RationaleWord = " rationale: ";

        public static Parts? Of(string source)
        {
            int question = source.AsSpan(0, Math.Min(source.Length, LongestTask + Question.Length)).IndexOf(Question);
            if (question < 0)
                return null;

            int start = question + Question.Length;
            // A rationale may speak of choices too: the choices stand before it.
            int first = source.IndexOf(ChoicesWord, start, StringComparison.Ordinal);
            int rationale = source.IndexOf(RationaleWord, Math.Max(start, first), StringComparison.Ordinal);
            if (rationale < 0)
                rationale = source.Length;
            int choices = first < 0 ? rationale : source.AsSpan(0, rationale).LastIndexOf(ChoicesWord);
            int context = source.IndexOf(ContextWord, start, choices - start, StringComparison.Ordinal);
            return new(
                source[..start],
                source[start..(context < 0 ? choices : context)],
                context < 0 ? "" : source[(context + ContextWord.Length)..choices],
                source[choices..rationale],
                source[rationale..]);
        }

        public string With(string stem, string context) => Head + stem + (context.Length == 0 ? "" : ContextWord + context) + Choices + Rationale;
    }
}
