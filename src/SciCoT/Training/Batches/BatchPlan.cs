namespace SciCoT.Training.Batches;

/// <summary>Divides examples into batches of similar lengths.</summary>
/// <param name="examples">All examples; the plan speaks of them by index.</param>
/// <param name="batchSize">Examples a batch, where no token budget is given.</param>
/// <param name="tokensPerBatch">Most positions a batch, padding included.</param>
internal sealed class BatchPlan(IReadOnlyList<Seq2SeqExample> examples, int batchSize, int? tokensPerBatch)
{
    /// <summary>Batches shuffled anew for each epoch: equal seeds and epochs give equal batches.</summary>
    /// <returns>Indices of examples; each example occurs once.</returns>
    public IReadOnlyList<int[]> Shuffled(long seed, int epoch)
    {
        var random = StableRandom.ForStream(seed, epoch);
        var order = Enumerable.Range(0, examples.Count).ToArray();
        random.Shuffle<int>(order);
        // Lengths a little off their true values, so that each example meets others in each epoch.
        var stretch = examples.Select(_ => 1 + 0.1 * random.NextDouble()).ToArray();
        var batches = Sorted(order, i => stretch[i]).ToArray();
        random.Shuffle<int[]>(batches);
        return batches;
    }

    /// <summary>Batches in order of length, for evaluation.</summary>
    public IReadOnlyList<int[]> Ordered() => [.. Sorted(Enumerable.Range(0, examples.Count), _ => 1)];

    /// <summary>
    /// Slices of similar source length, sorted by target length within: with about √n slices of √n batches neither side
    /// is padded much.
    /// </summary>
    private IEnumerable<int[]> Sorted(IEnumerable<int> order, Func<int, double> stretch)
    {
        var bySource = order.OrderBy(i => examples[i].Source.Length * stretch(i)).ToArray();
        int slice = (int)Math.Ceiling(bySource.Length / Math.Sqrt(Math.Max(1, Cut(bySource).Count())));
        return Cut(bySource.Chunk(slice).SelectMany((part, n) => n % 2 == 0
            ? part.OrderBy(i => examples[i].Target.Length * stretch(i))
            : part.OrderByDescending(i => examples[i].Target.Length * stretch(i)))); // to and fro, so that batches across a border stay even
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
