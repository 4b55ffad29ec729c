namespace SciCoT.Evaluation;

/// <summary>
/// ROUGE of a text against a reference (Lin, ACL workshop 2004), as Google's <c>rouge_score</c> computes it.
/// </summary>
/// <param name="Rouge1">By common words.</param>
/// <param name="Rouge2">By common pairs of words.</param>
/// <param name="RougeL">By the longest common subsequence of words, over the whole text.</param>
internal sealed record RougeScores(RougeScore Rouge1, RougeScore Rouge2, RougeScore RougeL)
{
    /// <summary>Compares two texts.</summary>
    /// <param name="reference">What should have been written, such as the teacher's rationale.</param>
    /// <param name="prediction">What was written.</param>
    /// <param name="stem">Whether words of more than three letters are reduced to their stems; not by default.</param>
    public static RougeScores Of(string reference, string prediction, bool stem = false)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(prediction);
        var (expected, written) = (RougeTokenizer.Tokenize(reference, stem), RougeTokenizer.Tokenize(prediction, stem));
        return new(NGrams(expected, written, 1), NGrams(expected, written, 2), LongestCommonSubsequence(expected, written));
    }

    private static RougeScore NGrams(IReadOnlyList<string> expected, IReadOnlyList<string> written, int n)
    {
        var wanted = Counts(expected, n);
        int common = Counts(written, n).Sum(gram => Math.Min(gram.Value, wanted.GetValueOrDefault(gram.Key)));
        return RougeScore.Of(common, expected.Count - n + 1, written.Count - n + 1);
    }

    private static Dictionary<string, int> Counts(IReadOnlyList<string> tokens, int n)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + n <= tokens.Count; i++)
        {
            var gram = string.Join(' ', tokens.Skip(i).Take(n));
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }

        return counts;
    }

    private static RougeScore LongestCommonSubsequence(IReadOnlyList<string> expected, IReadOnlyList<string> written)
    {
        // Row by row of the usual table: the length for a beginning of each text.
        var row = new int[written.Count + 1];
        foreach (var word in expected)
        {
            int diagonal = 0;
            for (int i = 1; i <= written.Count; i++)
            {
                int above = row[i];
                row[i] = word == written[i - 1] ? diagonal + 1 : Math.Max(above, row[i - 1]);
                diagonal = above;
            }
        }

        return RougeScore.Of(row[^1], expected.Count, written.Count);
    }
}

/// <summary>How much of a text is in another.</summary>
/// <param name="Precision">The share of what was written that is in the reference.</param>
/// <param name="Recall">The share of the reference that was written.</param>
/// <param name="FMeasure">Their harmonic mean; 0 when both are 0.</param>
internal sealed record RougeScore(double Precision, double Recall, double FMeasure)
{
    internal static RougeScore Of(int common, int expected, int written)
    {
        double precision = (double)common / Math.Max(written, 1), recall = (double)common / Math.Max(expected, 1);
        return new(precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
    }
}
