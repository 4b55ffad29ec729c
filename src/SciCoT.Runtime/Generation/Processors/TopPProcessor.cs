using System.Buffers;

namespace SciCoT.Generation.Processors;

/// <summary>Keeps the fewest likeliest tokens whose probabilities add up to p (nucleus sampling, arXiv 1904.09751), at least one.</summary>
/// <param name="p">The probability, above 0 and at most 1.</param>
public sealed class TopPProcessor(double p) : ILogitsProcessor
{
    /// <inheritdoc/>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        float[] sorted = ArrayPool<float>.Shared.Rent(scores.Length);
        int[] tokens = ArrayPool<int>.Shared.Rent(scores.Length);
        int count = 0;
        for (int token = 0; token < scores.Length; token++)
        {
            if (float.IsNegativeInfinity(scores[token]))
                continue;
            (sorted[count], tokens[count]) = (scores[token], token);
            count++;
        }

        Array.Sort(sorted, tokens, 0, count); // ascending
        Forbid(scores, sorted.AsSpan(0, count), tokens);
        ArrayPool<float>.Shared.Return(sorted);
        ArrayPool<int>.Shared.Return(tokens);
    }

    /// <summary>Forbids the unlikeliest tokens whose probabilities together do not exceed 1 − p.</summary>
    private void Forbid(Span<float> scores, ReadOnlySpan<float> sorted, int[] tokens)
    {
        if (sorted.Length == 0)
            return;
        double sum = 0;
        foreach (float score in sorted)
            sum += Math.Exp(score - sorted[^1]);
        double taken = 0;
        for (int i = 0; i < sorted.Length - 1; i++)
        {
            taken += Math.Exp(sorted[i] - sorted[^1]) / sum;
            if (taken > 1 - p)
                break;
            scores[tokens[i]] = float.NegativeInfinity;
        }
    }
}
