using SciCoT.Generation;

namespace SciCoT.Students.Serving;

/// <summary>The items of one call.</summary>
internal static class CallItems
{
    /// <summary>Items that continue sources.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the allowed continuations are not one set for each source.</exception>
    public static GenerationItem[] Continuing(this TextCodec codec, IReadOnlyList<string> sources, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.AllowedContinuations is { } sets && sets.Count != 1 && sets.Count != sources.Count)
            throw new ArgumentException($"{nameof(options.AllowedContinuations)} must hold one set for each of the {sources.Count} sources or one for all; got {sets.Count}.", nameof(options));

        var free = options with { AllowedContinuations = null };
        return
        [
            .. sources.Select((source, i) => new GenerationItem(codec.Encode(source), free, options.AllowedContinuations is [var one] ? one : options.AllowedContinuations?[i])),
        ];
    }

    /// <summary>Items that compare targets.</summary>
    /// <exception cref="ArgumentException">The lists do not fit together, or a target is too long.</exception>
    public static ScoringItem[] Comparing(this TextCodec codec, IReadOnlyList<string> sources, IReadOnlyList<IReadOnlyList<string>> targets, IReadOnlyList<string>? prefixes, bool scoreEnd)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        if (targets.Count != sources.Count)
            throw new ArgumentException($"Each of the {sources.Count} sources needs its targets; got {targets.Count}.", nameof(targets));
        if (prefixes is not null && prefixes.Count != sources.Count)
            throw new ArgumentException($"Each of the {sources.Count} sources needs its prefix, which may be empty; got {prefixes.Count}.", nameof(prefixes));

        ScoringItem[] items =
        [
            .. sources.Select((source, i) => new ScoringItem(
                codec.Encode(source),
                [.. targets[i].Select(target => codec.EncodeWhole(target, addEos: scoreEnd))],
                prefixes is null ? [] : codec.EncodeWhole(prefixes[i], addEos: false))),
        ];
        for (int i = 0; i < items.Length; i++)
        {
            int longest = items[i].Prefix.Count + items[i].Targets.Select(target => target.Count).DefaultIfEmpty().Max();
            if (longest > ChoiceScorer.MaxTargetTokens)
                throw new ArgumentException(FormattableString.Invariant($"The longest target of source {i} has {longest} tokens with its prefix; at most {ChoiceScorer.MaxTargetTokens} can be scored. Shorten it."), nameof(targets));
        }

        return items;
    }

    /// <summary>Sends the items of one call to the scheduler and waits for all.</summary>
    public static async Task<TResult[]> RunAsync<TResult>(this BatchScheduler scheduler, IReadOnlyList<WorkItem<TResult>> items, int batchSize, CancellationToken cancellationToken)
    {
        // In the order of length, so that those that come together fit into one batch; and never more than two batches at a
        // time, so that one large call does not keep the others out of the queue.
        int window = items.Count == 0 ? 0 : Math.Max(1, 2 * batchSize / items[0].Rows);
        var running = new Queue<Task<TResult>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var item in items.OrderBy(item => item.Length))
            {
                if (running.Count == window)
                    await running.Dequeue().ConfigureAwait(false);
                running.Enqueue(scheduler.RunAsync(item, stop.Token));
            }

            await Task.WhenAll(running).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        foreach (var item in items)
            TokenTally.Count(item.Length, item.Completion.Result is IReadOnlyList<GeneratedSequence> written ? written.Sum(sequence => sequence.TokenIds.Count) : 0);
        return [.. items.Select(item => item.Completion.Result)];
    }
}
