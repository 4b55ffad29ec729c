using System.Collections.Frozen;

namespace SciCoT.Questions;

/// <summary>Tells languages written in Latin letters by their most frequent small words.</summary>
internal static class FunctionWords
{
    private static readonly (string Language, FrozenSet<string> Words)[] Languages =
    [
        ("English", Set("the of and to is are that it for was with as by which this from what these they have has be an when how because not can at or on in will than would most likely where do does you its their into if each same one using used")),
        ("German", Set("der die das und ist sind nicht ein eine einen einer mit auf für von zu dem den des im wird werden sich auch weil wenn aus bei was welche durch als")),
        ("French", Set("le la les des et est sont une un dans pour que qui par sur avec pas ce cette du au aux il elle ne se plus car quand quel comme de en")),
        ("Spanish", Set("el la los las de del es son una un en para que por con no se su al lo como más pero este esta cuando cuál qué porque")),
        ("Italian", Set("il lo la gli le di del della sono una un in per che con non si al alla dei delle come più ma questo questa quando quale perché")),
        ("Portuguese", Set("os as de do da dos das são uma um em para que por com não se ao no na como mais mas este esta quando qual porque")),
        ("Dutch", Set("de het een van en is zijn niet dat die met op voor te aan in door als ook wordt worden naar bij maar wat welke omdat uit dan")),
    ];

    private static readonly FrozenSet<string> AllWords = Languages.SelectMany(language => language.Words).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// The language of which a text has at least twice as many different words as of any other; <see langword="null"/>
    /// where there is none.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="minWords">Fewer words are chance: doors and cars are English, yet "door" is Dutch and "car" French.</param>
    public static string? Language(string text, int minWords)
    {
        var words = KnownWords(text.ToLowerInvariant());
        var hits = Languages.Select(language => (language.Language, Count: words.Count(language.Words.Contains))).OrderByDescending(hit => hit.Count).ToArray();
        return hits[0].Count >= minWords && hits[0].Count >= 2 * hits[1].Count ? hits[0].Language : null;
    }

    /// <summary>The words of a text that some language has.</summary>
    private static HashSet<string> KnownWords(ReadOnlySpan<char> text)
    {
        var known = AllWords.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = new HashSet<string>(StringComparer.Ordinal);
        for (int start = 0, end; start < text.Length; start = end + 1)
        {
            for (end = start; end < text.Length && char.IsLetter(text[end]);)
                end++;
            if (end > start && known.TryGetValue(text[start..end], out var word))
                words.Add(word);
        }

        return words;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
