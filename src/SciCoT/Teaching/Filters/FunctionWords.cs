using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace SciCoT.Teaching.Filters;

/// <summary>Tells languages written in Latin letters by their most frequent small words.</summary>
internal static partial class FunctionWords
{
    /// <summary>Fewer are chance: English texts hold "die" and "a", German ones "was".</summary>
    private const int MinHits = 2;

    private static readonly (string Language, FrozenSet<string> Words)[] Languages =
    [
        ("English", Set("the of and to is are that it for was with as by which this from what these they have has be an when how because not can at or on in will than")),
        ("German", Set("der die das und ist sind nicht ein eine einen einer mit auf für von zu dem den des im wird werden sich auch weil wenn aus bei was welche durch als")),
        ("French", Set("le la les des et est sont une un dans pour que qui par sur avec pas ce cette du au aux il elle ne se plus car quand quel comme")),
        ("Spanish", Set("el la los las de del y es son una un en para que por con no se su al lo como más pero este esta cuando cuál qué porque")),
        ("Italian", Set("il lo la gli le di del della e è sono una un in per che con non si al alla dei delle come più ma questo questa quando quale perché")),
        ("Portuguese", Set("o a os as de do da dos das e é são uma um em para que por com não se ao no na como mais mas este esta quando qual porque")),
        ("Dutch", Set("de het een van en is zijn niet dat die met op voor te aan in door als ook wordt worden naar bij maar wat welke omdat uit dan")),
    ];

    /// <summary>The language whose words are at least twice as frequent as any other's; <see langword="null"/> where there is none.</summary>
    public static string? Language(string text)
    {
        var lower = text.ToLowerInvariant();
        var hits = new int[Languages.Length];
        foreach (var word in Word().EnumerateMatches(lower))
        {
            for (int i = 0; i < hits.Length; i++)
            {
                if (Languages[i].Words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(lower.AsSpan(word.Index, word.Length)))
                    hits[i]++;
            }
        }

        int best = 0, second = 0, winner = -1;
        for (int i = 0; i < hits.Length; i++)
        {
            if (hits[i] > best)
                (second, best, winner) = (best, hits[i], i);
            else if (hits[i] > second)
                second = hits[i];
        }

        return best >= MinHits && best >= 2 * second ? Languages[winner].Language : null;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex Word();
}
