using System.Diagnostics.Metrics;

namespace SciCoT.Training;

/// <summary>The instruments of the trainer under the meter <c>SciCoT</c>; they cost next to nothing while nobody listens.</summary>
internal static class TrainingMetrics
{
    private static readonly Counter<long> Steps = SciCoTTelemetry.Meter.CreateCounter<long>("scicot.training.steps", "{step}", "Updates made.");
    private static readonly Counter<long> Tokens = SciCoTTelemetry.Meter.CreateCounter<long>("scicot.training.tokens", "{token}", "Source and target tokens learnt from, padding not counted.");
    private static readonly Histogram<double> StepDuration = SciCoTTelemetry.Meter.CreateHistogram<double>("scicot.training.step.duration", "s", "Duration of a step.");
    private static readonly Gauge<double> Loss = SciCoTTelemetry.Meter.CreateGauge<double>("scicot.training.loss", "nat", "Loss of the last step.");
    private static readonly Gauge<double> ValidationLoss = SciCoTTelemetry.Meter.CreateGauge<double>("scicot.training.validation_loss", "nat", "The last validation loss.");
    private static readonly Gauge<double> LearningRate = SciCoTTelemetry.Meter.CreateGauge<double>("scicot.training.learning_rate", "1", "Learning rate of the last step.");
    private static readonly Gauge<double> GradientNorm = SciCoTTelemetry.Meter.CreateGauge<double>("scicot.training.gradient_norm", "1", "Norm of the last step's gradient before clipping.");
    private static readonly Gauge<double> PaddingShare = SciCoTTelemetry.Meter.CreateGauge<double>("scicot.training.padding_share", "1", "Share of the positions computed that were padding.");

    public static void Record(TrainingProgress progress, long tokens, double seconds)
    {
        Steps.Add(1);
        Tokens.Add(tokens);
        StepDuration.Record(seconds);
        Loss.Record(progress.Loss);
        LearningRate.Record(progress.LearningRate);
        GradientNorm.Record(progress.GradientNorm);
        PaddingShare.Record(progress.PaddingShare);
        if (progress.ValidationLoss is { } loss)
            ValidationLoss.Record(loss);
    }
}
