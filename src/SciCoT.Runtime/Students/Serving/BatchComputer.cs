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
    /// <param name="beat">Called at each step.</param>
    public void Compute(IReadOnlyList<WorkItem> batch, Action beat)
    {
        if (batch[0] is GenerationItem)
            Generate([.. batch.Cast<GenerationItem>()], beat);
        else
            Score([.. batch.Cast<ScoringItem>()]);
    }

    private void Generate(GenerationItem[] batch, Action beat)
    {
        var options = batch[0].Options;
        if (batch[0].Allowed is not null)
            options = options with { AllowedContinuations = [.. batch.Select(item => item.Allowed!)] };
        var written = _generator.Generate(
            [.. batch.Select(item => item.Source)],
            options,
            (row, token) => batch[row / options.NumReturnSequences].Tell(token),
            source =>
            {
                beat();
                return batch[source].IsOver;
            },
            CancellationToken.None);
        foreach (var (item, sequences) in batch.Zip(written))
            Complete(item, sequences, sequences.Sum(sequence => sequence.TokenIds.Count));
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
}
