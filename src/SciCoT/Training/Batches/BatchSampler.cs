namespace SciCoT.Training.Batches;

/// <summary>Where a sampler stands: the next batch is number <paramref name="Position"/> of the epoch.</summary>
internal readonly record struct SamplerState(int Epoch, int Position);

/// <summary>An endless sequence of batches, epoch after epoch, that can be taken up anywhere.</summary>
internal sealed class BatchSampler(BatchPlan plan, long seed)
{
    private int _planned = -1;
    private IReadOnlyList<int[]> _batches = [];

    public SamplerState State { get; set; }

    public int[] Next()
    {
        if (State.Position >= BatchesOf(State.Epoch).Count)
            State = new SamplerState(State.Epoch + 1, 0);
        var batch = BatchesOf(State.Epoch)[State.Position];
        State = State with { Position = State.Position + 1 };
        return batch;
    }

    /// <summary>Batches of the first epochs together. Under a token budget epochs may differ in number, so each has to be dealt.</summary>
    /// <param name="epochs">Number of epochs.</param>
    /// <param name="most">Beyond so many, a lower number than theirs is given at once.</param>
    /// <param name="cancellationToken">Stops between epochs.</param>
    public long Count(int epochs, long most, CancellationToken cancellationToken)
    {
        if (plan.BatchesPerEpoch is { } batches)
            return epochs * batches;
        long count = epochs * plan.LeastBatchesPerEpoch;
        if (count > most)
            return count;
        count = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            count += plan.Shuffled(seed, epoch).Count;
        }

        return count;
    }

    private IReadOnlyList<int[]> BatchesOf(int epoch)
    {
        if (_planned != epoch)
            (_planned, _batches) = (epoch, plan.Shuffled(seed, epoch));
        return _batches;
    }
}
