namespace SciCoT.Testing.World;

/// <summary>True facts of the world that have nothing to do with a given question.</summary>
/// <param name="facts">The facts to draw from.</param>
internal sealed class SideFacts(IEnumerable<string> facts)
{
    // They join words and name nothing, so two texts that share one of them may still be about different things.
    private static readonly HashSet<string> FunctionWords =
    [
        "the", "and", "are", "has", "have", "for", "its", "but", "not", "one", "two", "can", "that", "they", "their", "them", "with", "from",
        "than", "most", "more", "less", "into", "what", "which", "when", "how", "does", "over", "out", "some", "all", "only", "other", "this",
        "these", "both", "about", "each", "where", "who", "why", "would", "could", "will", "may", "become", "becomes", "is", "of", "in", "to",
    ];

    private readonly (string Fact, HashSet<string> Words)[] _facts = [.. facts.Distinct(StringComparer.Ordinal).Select(fact => (fact, Words(fact)))];

    /// <summary>Draws different facts, each a sentence, that share no word with the texts but function words.</summary>
    /// <param name="count">How many; fewer where the world has no more.</param>
    /// <param name="texts">The question, its choices and its rationale.</param>
    /// <param name="random">Decides which.</param>
    public IReadOnlyList<string> Draw(int count, IEnumerable<string> texts, SeededRandom random)
    {
        var spoken = texts.SelectMany(Words).ToHashSet(StringComparer.Ordinal);
        var drawn = new List<string>(count);
        // Places are drawn without repetition, so the search ends where nothing fits.
        foreach (int i in random.Draws(_facts.Length))
        {
            if (drawn.Count == count)
                break;
            if (!_facts[i].Words.Overlaps(spoken))
                drawn.Add(English.Sentence(_facts[i].Fact));
        }

        return drawn;
    }

    /// <summary>The words that name something, in lower case and without a plural's s.</summary>
    internal static HashSet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in text.Split([' ', '.', ',', ';', ':', '?', '-', '\'', '(', ')'], StringSplitOptions.RemoveEmptyEntries))
        {
            var lower = word.ToLowerInvariant();
            if (!FunctionWords.Contains(lower) && lower.Length > 2)
                words.Add(lower.EndsWith('s') ? lower[..^1] : lower);
        }

        return words;
    }
}
