using SciCoT.Generation;
using SciCoT.Models;

namespace SciCoT.Students.Serving;

/// <summary>Computes batches on a model and hands each item its result; for the model's thread.</summary>
/// <param name="model">The model, in evaluation mode.</param>
/// <param name="telemetry">Told of each item that is done.</param>
/// <param name="time">What tells how long items took.</param>
internal sealed class BatchComputer(ISequenceModel model, ModelTelemetry telemetry, TimeProvider time)
{
    private readonly TextGenerator _generator = new(model);
    private readonly ChoiceScorer _scorer = new(model);

    /// <param name="batch">Items of one kind.</param>
    /// <param name="more">Gives items of the same kind that may join, for the rows that are computed at the moment.</param>
    /// <param name="beat">Called at each step.</param>
    public void Compute(IReadOnlyList<WorkItem> batch, Func<int, IReadOnlyList<WorkItem>> more, Action beat)
    {
        if (batch[0] is GenerationItem)
            Generate([.. batch.Cast<GenerationItem>()], more, beat);
        else
            Score([.. batch.Cast<ScoringItem>()]);
    }

    private void Generate(GenerationItem[] batch, Func<int, IReadOnlyList<WorkItem>> more, Action beat)
    {
        var options = batch[0].Options;
        if (batch[0].Allowed is not null)
            (options, more) = (options with { AllowedContinuations = [.. batch.Select(item => item.Allowed!)] }, _ => []);
        var flow = new Flow(this, batch, more);
        _generator.Generate(
            [.. batch.Select(item => item.Source)],
            options,
            (row, token) => flow[row / options.NumReturnSequences].Tell(token),
            source =>
            {
                beat();
                return flow[source].IsOver;
            },
            flow,
            CancellationToken.None);
    }

    private void Score(ScoringItem[] batch)
    {
        var scores = _scorer.Score([.. batch.Select(item => item.Source)], [.. batch.Select(item => item.Targets)], [.. batch.Select(item => item.Prefix)], CancellationToken.None);
        foreach (var (item, own) in batch.Zip(scores))
            Complete(item, own, 0);
    }

    private void Complete<TResult>(WorkItem<TResult> item, TResult result, int outputTokens)
    {
        telemetry.Done(item, outputTokens, time.GetElapsedTime(item.Enqueued));
        item.Complete(result);
    }

    /// <summary>The items of a batch by the numbers that their sources have in the search.</summary>
    private sealed class Flow : ISourceFlow
    {
        private readonly BatchComputer _computer;
        private readonly Func<int, IReadOnlyList<WorkItem>> _more;
        private readonly Dictionary<int, GenerationItem> _items = [];
        private int _count;

        public Flow(BatchComputer computer, IEnumerable<GenerationItem> batch, Func<int, IReadOnlyList<WorkItem>> more)
        {
            (_computer, _more) = (computer, more);
            Add(batch);
        }

        public GenerationItem this[int source] => _items[source];

        public IReadOnlyList<IReadOnlyList<int>> Next(int rows)
        {
            GenerationItem[] items = [.. _more(rows).Cast<GenerationItem>()];
            Add(items);
            return [.. items.Select(item => item.Source)];
        }

        public void Done(int source, IReadOnlyList<GeneratedSequence> sequences)
        {
            _items.Remove(source, out var item);
            _computer.Complete(item!, sequences, sequences.Sum(sequence => sequence.TokenIds.Count));
        }

        private void Add(IEnumerable<GenerationItem> items)
        {
            foreach (var item in items)
                _items.Add(_count++, item);
        }
    }
}
