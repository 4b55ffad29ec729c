using System.Text;

namespace SciCoT.Questions;

/// <summary>Text reduced to what it says, for comparisons that overlook how it is set.</summary>
internal static class NormalizedText
{
    /// <summary>The text in lower case without white space, control characters and punctuation; symbols such as + stay.</summary>
    public static string Of(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && !char.IsPunctuation(c))
                kept.Append(char.ToLowerInvariant(c));
        }

        return kept.ToString();
    }
}
