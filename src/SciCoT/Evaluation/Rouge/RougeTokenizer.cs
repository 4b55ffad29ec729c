using System.Text;
using SciCoT.Stemming;

namespace SciCoT.Evaluation;

/// <summary>The words that ROUGE compares: runs of the letters a to z and digits in the lower-cased text.</summary>
internal static class RougeTokenizer
{
    /// <summary>Words of up to this length are left as they are.</summary>
    private const int LongestUnstemmed = 3;

    public static IReadOnlyList<string> Tokenize(string text, bool stem)
    {
        var tokens = new List<string>();
        var word = new StringBuilder();
        foreach (char c in text)
        {
            if (Lower(c) is { } letter)
            {
                word.Append(letter);
                if (c != '\u0130')
                    continue;
            }

            End();
        }

        End();
        return tokens;

        void End()
        {
            if (word.Length > 0)
                tokens.Add(stem && word.Length > LongestUnstemmed ? PorterStemmer.Stem(word.ToString()) : word.ToString());
            word.Clear();
        }
    }

    /// <summary>
    /// The lower-case letter or digit; nothing for any other character. Unicode lower-cases two characters to letters from a to z:
    /// the Kelvin sign to k, and I with a dot to i and a combining dot, which ends the word.
    /// </summary>
    private static char? Lower(char c) => c switch
    {
        >= 'a' and <= 'z' or >= '0' and <= '9' => c,
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        '\u212A' => 'k',
        '\u0130' => 'i',
        _ => null,
    };
}
