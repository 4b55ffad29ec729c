using System.Buffers;

namespace SciCoT.Generation.Processors;

/// <summary>Keeps the k highest scores; scores equal to the lowest of them are kept too.</summary>
/// <param name="k">How many, at least 1.</param>
public sealed class TopKProcessor(int k) : ILogitsProcessor
{
    /// <inheritdoc/>
    public void Apply(Span<float> scores, ReadOnlySpan<int> history)
    {
        if (k >= scores.Length)
            return;
        float lowest = Highest(scores);
        foreach (ref float score in scores)
        {
            if (score < lowest)
                score = float.NegativeInfinity;
        }
    }

    /// <summary>The k-th highest score.</summary>
    private float Highest(ReadOnlySpan<float> scores)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(k);
        var heap = rented.AsSpan(0, k); // the highest so far, the lowest of them first
        heap.Fill(float.NegativeInfinity);
        foreach (float score in scores)
        {
            if (score > heap[0])
                ReplaceLowest(heap, score);
        }

        float lowest = heap[0];
        ArrayPool<float>.Shared.Return(rented);
        return lowest;
    }

    private static void ReplaceLowest(Span<float> heap, float score)
    {
        int place = 0;
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= heap.Length)
                break;
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
                child++;
            if (heap[child] >= score)
                break;
            heap[place] = heap[child];
            place = child;
        }

        heap[place] = score;
    }
}
