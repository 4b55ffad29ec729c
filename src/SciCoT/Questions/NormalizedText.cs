using System.Buffers;

namespace SciCoT.Questions;

/// <summary>Text reduced to what it says, for comparisons that overlook how it is set.</summary>
internal static class NormalizedText
{
    /// <summary>The text in lower case without white space, control characters and punctuation; symbols such as + stay.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">How many characters are wanted at most; the rest of the text is not read.</param>
    public static string Of(ReadOnlySpan<char> text, int most = int.MaxValue)
    {
        var kept = ArrayPool<char>.Shared.Rent(Math.Min(text.Length, most));
        try
        {
            int length = 0;
            foreach (char c in text)
            {
                if (length == most)
                    break;
                if (!char.IsWhiteSpace(c) && !char.IsControl(c) && !char.IsPunctuation(c))
                    kept[length++] = char.ToLowerInvariant(c);
            }

            return new string(kept, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(kept);
        }
    }
}
