using System.Runtime.InteropServices;

namespace SciCoT.Questions;

/// <summary>Tells scripts apart, as far as texts in different ones are in different languages.</summary>
internal static class Scripts
{
    /// <summary>How many letters of each script a text holds.</summary>
    public static IReadOnlyDictionary<string, int> CountLetters(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        string? script = null;
        int run = 0;
        foreach (char c in text)
        {
            if (!char.IsLetter(c))
                continue;
            var of = Of(c);
            if (!ReferenceEquals(of, script))
                EndRun(of);
            run++;
        }

        EndRun(null);
        return counts;

        // Letters of one script follow one another: they are counted before the script is looked up.
        void EndRun(string? next)
        {
            if (script is not null)
                CollectionsMarshal.GetValueRefOrAddDefault(counts, script, out _) += run;
            (script, run) = (next, 0);
        }
    }

    /// <summary>By Unicode blocks; Japanese mixes kana with Chinese characters, so these are one.</summary>
    private static string Of(char letter) => letter switch
    {
        < '\u02b0' or (>= '\u1e00' and < '\u1f00') => "Latin",
        (>= '\u0370' and < '\u0400') or (>= '\u1f00' and < '\u2000') => "Greek",
        >= '\u0400' and < '\u0530' => "Cyrillic",
        >= '\u0590' and < '\u0600' => "Hebrew",
        >= '\u0600' and < '\u0780' => "Arabic",
        >= '\u0900' and < '\u0980' => "Devanagari",
        >= '\u0980' and < '\u0e00' => "Indic",
        >= '\u0e00' and < '\u0e80' => "Thai",
        (>= '\u1100' and < '\u1200') or (>= '\u3130' and < '\u3190') or (>= '\uac00' and < '\ud7b0') => "Korean",
        (>= '\u3040' and < '\u3130') or (>= '\u3400' and < '\ua000') or (>= '\uf900' and < '\ufb00') => "East Asian",
        _ => "other",
    };
}
