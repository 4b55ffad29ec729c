using System.Diagnostics;

namespace SciCoT.Students.Serving;

/// <summary>The metrics of one model.</summary>
/// <param name="model">The model's name.</param>
internal sealed class ModelTelemetry(string model)
{
    private const string Generate = "text_completion";
    private const string Score = "score";

    private readonly KeyValuePair<string, object?> _model = new("gen_ai.request.model", model);

    public void Queued(WorkItem item) => SciCoTTelemetry.QueueLength.Add(1, Tags(item.Pipeline));

    public void Left(WorkItem item) => SciCoTTelemetry.QueueLength.Add(-1, Tags(item.Pipeline));

    public void BatchBegins(IReadOnlyList<WorkItem> batch, Func<WorkItem, TimeSpan> waited)
    {
        // Pipelines that share a model share batches, which then belong to none of them.
        var shared = Tags(batch.All(item => item.Pipeline == batch[0].Pipeline) ? batch[0].Pipeline : null);
        shared.Add(Operation(batch[0] is ScoringItem));
        SciCoTTelemetry.BatchSize.Record(batch.Sum(item => item.Rows), shared);
        if (!SciCoTTelemetry.QueueDuration.Enabled)
            return;
        foreach (var item in batch)
            SciCoTTelemetry.QueueDuration.Record(waited(item).TotalSeconds, Tags(item.Pipeline));
    }

    /// <param name="item">What is done.</param>
    /// <param name="outputTokens">Tokens that were written, or scored.</param>
    /// <param name="took">From arrival to result.</param>
    public void Done(WorkItem item, int outputTokens, TimeSpan took)
    {
        var tags = Tags(item.Pipeline);
        tags.Add(Operation(item is ScoringItem));
        tags.Add("gen_ai.provider.name", SciCoTTelemetry.ProviderName);
        SciCoTTelemetry.RequestDuration.Record(took.TotalSeconds, tags);
        Record("input", item.Length);
        if (item is not ScoringItem)
            Record("output", outputTokens);

        void Record(string type, int tokens)
        {
            var typed = tags;
            typed.Add("gen_ai.token.type", type);
            SciCoTTelemetry.TokenUsage.Record(tokens, typed);
        }
    }

    private TagList Tags(string? pipeline)
    {
        var tags = new TagList { _model };
        if (pipeline is not null)
            tags.Add(SciCoTTelemetry.PipelineTag, pipeline);
        return tags;
    }

    private static KeyValuePair<string, object?> Operation(bool scores) => new("gen_ai.operation.name", scores ? Score : Generate);
}
