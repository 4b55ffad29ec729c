using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SciCoT;

/// <summary>The names under which hosts find SciCoT's traces and metrics.</summary>
/// <remarks>
/// Names and attributes are OpenTelemetry's conventions for generative AI where these have one. No text of a question or an
/// answer is recorded unless the pipeline's switch for sensitive data is on.
/// </remarks>
public static class SciCoTTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "SciCoT";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "SciCoT";

    internal const string ProviderName = "scicot";

    /// <summary>The attribute with the name of the pipeline that a call went through; absent where the pipeline has none.</summary>
    internal const string PipelineTag = "scicot.pipeline";

    internal static readonly ActivitySource Activities = new(ActivitySourceName);

    internal static readonly Meter Meter = new(MeterName);

    /// <summary>Bounds of buckets: those that exporters take by default are made for milliseconds.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

    private static readonly InstrumentAdvice<int> Counts = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

    internal static readonly Histogram<double> StageDuration = Meter.CreateHistogram<double>(
        "scicot.stage.duration", "s", "Time that a stage of the pipeline took for a call, waiting included; scicot.stage is rationale or answer.", advice: Seconds);

    internal static readonly UpDownCounter<int> QueueLength = Meter.CreateUpDownCounter<int>(
        "scicot.queue.length", "{source}", "Sources that wait for a model.");

    internal static readonly Histogram<double> QueueDuration = Meter.CreateHistogram<double>(
        "scicot.queue.duration", "s", "Time that a source waited for its batch.", advice: Seconds);

    internal static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "scicot.batch.size", "{row}", "Rows of a batch.", advice: Counts);

    internal static readonly Histogram<int> TokenUsage = Meter.CreateHistogram<int>(
        "scicot.token.usage", "{token}", "Tokens that a source had and that were written for it; not gen_ai.client.token.usage, which the host's chat client records.", advice: Counts);

    internal static readonly Histogram<double> RequestDuration = Meter.CreateHistogram<double>(
        "gen_ai.server.request.duration", "s", "Time from a source's arrival at a model to its result.", advice: Seconds);
}
