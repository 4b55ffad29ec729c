namespace SciCoT.Stemming;

/// <summary>
/// Porter's stemmer (Program 14, 1980) with the changes that NLTK makes to it by default, which <c>rouge_score</c> uses: a list
/// of irregular words, short words in -ies and -ied keep their e, y turns into i behind a consonant only, and some suffixes more.
/// </summary>
internal static class PorterStemmer
{
    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["skies"] = "sky",
        ["sky"] = "sky",
        ["dying"] = "die",
        ["lying"] = "lie",
        ["tying"] = "tie",
        ["news"] = "news",
        ["innings"] = "inning",
        ["inning"] = "inning",
        ["outings"] = "outing",
        ["outing"] = "outing",
        ["cannings"] = "canning",
        ["canning"] = "canning",
        ["howe"] = "howe",
        ["proceed"] = "proceed",
        ["exceed"] = "exceed",
        ["succeed"] = "succeed",
    };

    private static readonly (string Suffix, string Replacement)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3 =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Step4 =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>The stem of a word in lower case.</summary>
    public static string Stem(string word)
    {
        if (Irregular.TryGetValue(word, out var irregular))
            return irregular;
        if (word.Length <= 2)
            return word;
        return DropFinalE(DropSuffix(Shorten(Derive(YToI(PastAndProgressive(Plural(word)))))));
    }

    /// <summary>Step 1a.</summary>
    private static string Plural(string word)
    {
        if (Ends(word, "ies"))
            return word.Length == 4 ? word[..^1] : word[..^2];
        if (Ends(word, "sses"))
            return word[..^2];
        return word.EndsWith('s') && !Ends(word, "ss") ? word[..^1] : word;
    }

    /// <summary>Step 1b.</summary>
    private static string PastAndProgressive(string word)
    {
        if (Ends(word, "ied"))
            return word.Length == 4 ? word[..^1] : word[..^2];
        if (Ends(word, "eed"))
            return Measure(word.AsSpan(0, word.Length - 3)) > 0 ? word[..^1] : word;

        var stem = Ends(word, "ed") && HasVowel(word.AsSpan(0, word.Length - 2)) ? word[..^2]
            : Ends(word, "ing") && HasVowel(word.AsSpan(0, word.Length - 3)) ? word[..^3]
            : null;
        if (stem is null)
            return word;
        if (Ends(stem, "at") || Ends(stem, "bl") || Ends(stem, "iz"))
            return stem + "e";
        if (EndsInDoubleConsonant(stem))
            return stem[^1] is 'l' or 's' or 'z' ? stem : stem[..^1];
        return Measure(stem) == 1 && EndsInShortSyllable(stem) ? stem + "e" : stem;
    }

    /// <summary>Step 1c.</summary>
    private static string YToI(string word) =>
        word.EndsWith('y') && word.Length > 2 && IsConsonant(word, word.Length - 2) ? word[..^1] + "i" : word;

    /// <summary>Step 2. Of the rules, the first whose suffix fits decides, whether its condition holds or not.</summary>
    private static string Derive(string word)
    {
        if (Ends(word, "alli") && Measure(word.AsSpan(0, word.Length - 4)) > 0)
            return Derive(word[..^2]);
        if (Replace(word, Step2) is { } derived)
            return derived;
        // The l counts as a part of the stem, so that "geology" is treated as "archaeology".
        return Ends(word, "logi") && Measure(word.AsSpan(0, word.Length - 3)) > 0 ? word[..^1] : word;
    }

    /// <summary>Step 3.</summary>
    private static string Shorten(string word) => Replace(word, Step3) ?? word;

    /// <summary>Step 4.</summary>
    private static string DropSuffix(string word)
    {
        foreach (var suffix in Step4)
        {
            if (!Ends(word, suffix))
                continue;
            var stem = word[..^suffix.Length];
            return Measure(stem) > 1 && (suffix != "ion" || stem[^1] is 's' or 't') ? stem : word;
        }

        return word;
    }

    /// <summary>Step 5.</summary>
    private static string DropFinalE(string word)
    {
        if (word.EndsWith('e'))
        {
            var stem = word[..^1];
            int measure = Measure(stem);
            if (measure > 1 || (measure == 1 && !EndsInShortSyllable(stem)))
                word = stem;
        }

        return Ends(word, "ll") && Measure(word.AsSpan(0, word.Length - 1)) > 1 ? word[..^1] : word;
    }

    /// <summary>Applies the first rule whose suffix fits; <see langword="null"/> when none does.</summary>
    private static string? Replace(string word, (string Suffix, string Replacement)[] rules)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (Ends(word, suffix))
                return Measure(word.AsSpan(0, word.Length - suffix.Length)) > 0 ? word[..^suffix.Length] + replacement : word;
        }

        return null;
    }

    private static bool IsConsonant(ReadOnlySpan<char> word, int i) => word[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(word, i - 1),
        _ => true,
    };

    /// <summary>How often a vowel is followed by a consonant: Porter's m.</summary>
    private static int Measure(ReadOnlySpan<char> stem)
    {
        int measure = 0;
        for (int i = 1; i < stem.Length; i++)
            measure += IsConsonant(stem, i) && !IsConsonant(stem, i - 1) ? 1 : 0;
        return measure;
    }

    private static bool HasVowel(ReadOnlySpan<char> stem)
    {
        for (int i = 0; i < stem.Length; i++)
        {
            if (!IsConsonant(stem, i))
                return true;
        }

        return false;
    }

    private static bool Ends(ReadOnlySpan<char> word, string suffix) => word.EndsWith(suffix, StringComparison.Ordinal);

    private static bool EndsInDoubleConsonant(string word) =>
        word.Length >= 2 && word[^1] == word[^2] && IsConsonant(word, word.Length - 1);

    /// <summary>Porter's *o, consonant, vowel, consonant other than w, x and y; with NLTK also a word of vowel and consonant.</summary>
    private static bool EndsInShortSyllable(string word) => word.Length switch
    {
        >= 3 => IsConsonant(word, word.Length - 3) && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 1) && word[^1] is not ('w' or 'x' or 'y'),
        2 => !IsConsonant(word, 0) && IsConsonant(word, 1),
        _ => false,
    };
}
