namespace SciCoT.Testing.World;

/// <summary>The little grammar that the sentences of the world need.</summary>
internal static class English
{
    private static readonly string[] Names =
        ["Maya", "Ben", "Lena", "Omar", "Rosa", "Sam", "Nina", "Leo", "Ada", "Tom", "Ivy", "Max", "Zoe", "Raj", "Eva", "Kai"];

    // Nouns without a plural, which take no article.
    private static readonly HashSet<string> MassNouns =
        ["lettuce", "spinach", "kale", "parsley", "basil", "mint", "broccoli", "sugar cane"];

    // Words whose first sound is not that of their first letter.
    private static readonly string[] ConsonantSounds = ["uni", "use", "eu", "one"];

    public static string Indefinite(string noun)
    {
        if (MassNouns.Contains(noun))
            return noun;
        bool vowel = "aeiou".Contains(noun[0]) && !ConsonantSounds.Any(sound => noun.StartsWith(sound, StringComparison.Ordinal));
        return (vowel ? "an " : "a ") + noun;
    }

    public static string Plural(string noun) => noun switch
    {
        "fish" => "fish",
        _ => noun + "s",
    };

    public static string Capitalised(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>"a, b, and c"; facts hold no comma, so that a reader can take the sentence apart again.</summary>
    public static string List(IReadOnlyList<string> items) =>
        items.Count == 1 ? items[0] : string.Join(", ", items.SkipLast(1)) + ", and " + items[^1];

    public static string Sentence(params IReadOnlyList<string> facts) => Capitalised(List(facts)) + ".";

    /// <summary>
    /// "First, … . Second, … . Third, … .": a sentence for each of three things, in the order in which the question prints
    /// them. The ordinal tells a student which of the printed things it is about to speak of.
    /// </summary>
    public static string OneByOne(IEnumerable<string> facts) =>
        string.Join(' ', facts.Zip(["First", "Second", "Third"], (fact, ordinal) => $"{ordinal}, {fact}."));

    /// <summary>Fills <c>{N}</c> with a person's name and the given places with their texts.</summary>
    public static string Fill(string template, SeededRandom random, params (string Place, string Text)[] texts)
    {
        if (template.Contains("{N}", StringComparison.Ordinal))
            template = template.Replace("{N}", random.Pick(Names), StringComparison.Ordinal);
        foreach (var (place, text) in texts)
            template = template.Replace("{" + place + "}", text, StringComparison.Ordinal);
        return Capitalised(template);
    }
}
