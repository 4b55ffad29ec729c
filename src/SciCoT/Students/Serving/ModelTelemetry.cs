using System.Diagnostics;

namespace SciCoT.Students.Serving;

/// <summary>The metrics of one model.</summary>
/// <param name="model">The model's name.</param>
internal sealed class ModelTelemetry(string model)
{
    private const string Generate = "text_completion";
    private const string Score = "score";

    private readonly KeyValuePair<string, object?> _model = new("gen_ai.request.model", model);

    public void Queued(int items) => SciCoTTelemetry.QueueLength.Add(items, _model);

    public void BatchBegins(IReadOnlyList<WorkItem> batch, Func<WorkItem, TimeSpan> waited)
    {
        SciCoTTelemetry.BatchSize.Record(batch.Sum(item => item.Rows), _model, Operation(batch[0] is ScoringItem));
        if (!SciCoTTelemetry.QueueDuration.Enabled)
            return;
        foreach (var item in batch)
            SciCoTTelemetry.QueueDuration.Record(waited(item).TotalSeconds, _model);
    }

    /// <param name="item">What is done.</param>
    /// <param name="outputTokens">Tokens that were written, or scored.</param>
    /// <param name="took">From arrival to result.</param>
    public void Done(WorkItem item, int outputTokens, TimeSpan took)
    {
        var tags = new TagList { _model, Operation(item is ScoringItem), new("gen_ai.provider.name", SciCoTTelemetry.ProviderName) };
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

    private static KeyValuePair<string, object?> Operation(bool scores) => new("gen_ai.operation.name", scores ? Score : Generate);
}
