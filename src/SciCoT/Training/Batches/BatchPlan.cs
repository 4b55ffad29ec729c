using SciCoT.Compute;

namespace SciCoT.Training.Batches;

/// <summary>Divides examples into batches of similar lengths.</summary>
/// <param name="examples">All examples; the plan speaks of them by index.</param>
/// <param name="batchSize">Examples a batch, where no token budget is given.</param>
/// <param name="tokensPerBatch">Most positions a batch, padding included.</param>
internal sealed class BatchPlan(IReadOnlyList<Seq2SeqExample> examples, int batchSize, int? tokensPerBatch)
{
    /// <summary>
    /// How many batches' examples are sorted together. Sorting all of them would pad least, but questions of one length
    /// are often of one kind: batches of one kind each make training much slower to learn than the padding costs.
    /// </summary>
    private const int BatchesPerPool = 8;

    /// <summary>Batches of every epoch; <see langword="null"/> where lengths decide and epochs may differ.</summary>
    public long? BatchesPerEpoch => tokensPerBatch is null ? ((long)examples.Count + batchSize - 1) / batchSize : null;

    /// <summary>Batches that no epoch has fewer of.</summary>
    public long LeastBatchesPerEpoch => BatchesPerEpoch
        ?? (examples.Sum(example => Math.Min((long)example.Source.Length + example.Target.Length, tokensPerBatch!.Value)) + tokensPerBatch!.Value - 1) / tokensPerBatch.Value;

    /// <summary>Batches shuffled anew for each epoch: equal seeds and epochs give equal batches.</summary>
    /// <returns>Indices of examples; each example occurs once.</returns>
    public IReadOnlyList<int[]> Shuffled(long seed, int epoch)
    {
        var random = SplitMix64.ForStream(seed, epoch);
        var order = Enumerable.Range(0, examples.Count).ToArray();
        random.Shuffle<int>(order);
        var batches = Cut(order.Chunk(PoolSize()).SelectMany(ByLength)).ToArray();
        random.Shuffle<int[]>(batches);
        return batches;
    }

    /// <summary>Batches in order of length, for evaluation.</summary>
    public IReadOnlyList<int[]> Ordered() => [.. Cut(ByLength(Enumerable.Range(0, examples.Count)))];

    private IEnumerable<int> ByLength(IEnumerable<int> order) => order.OrderBy(i => examples[i].Source.Length + examples[i].Target.Length);

    private int PoolSize()
    {
        int inABatch = tokensPerBatch is { } budget
            ? (int)Math.Max(1, budget / Math.Max(1, examples.Average(example => example.Source.Length + example.Target.Length)))
            : batchSize;
        return BatchesPerPool * inABatch;
    }

    private IEnumerable<int[]> Cut(IEnumerable<int> order)
    {
        if (tokensPerBatch is not { } budget)
            return order.Chunk(batchSize);
        return CutByTokens(order, budget);
    }

    private IEnumerable<int[]> CutByTokens(IEnumerable<int> order, int budget)
    {
        var batch = new List<int>();
        int source = 0, target = 0;
        foreach (int i in order)
        {
            int widerSource = Math.Max(source, examples[i].Source.Length);
            int widerTarget = Math.Max(target, examples[i].Target.Length);
            if (batch.Count > 0 && (batch.Count + 1L) * (widerSource + widerTarget) > budget)
            {
                yield return batch.ToArray();
                batch.Clear();
                (widerSource, widerTarget) = (examples[i].Source.Length, examples[i].Target.Length);
            }

            batch.Add(i);
            (source, target) = (widerSource, widerTarget);
        }

        if (batch.Count > 0)
            yield return batch.ToArray();
    }
}
