using System.Diagnostics.Metrics;

namespace SciCoT.Training;

/// <summary>The instruments of the trainer under the meter <c>SciCoT</c>; they cost next to nothing while nobody listens.</summary>
internal static class TrainingMetrics
{
    private static readonly Meter Meter = new("SciCoT");
    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("scicot.training.steps", "{step}", "Updates made.");
    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>("scicot.training.tokens", "{token}", "Source and target tokens learnt from, padding not counted.");
    private static readonly Histogram<double> StepDuration = Meter.CreateHistogram<double>("scicot.training.step.duration", "s", "Duration of a step.");
    private static readonly Gauge<double> Loss = Meter.CreateGauge<double>("scicot.training.loss", "nat", "Loss of the last step.");
    private static readonly Gauge<double> ValidationLoss = Meter.CreateGauge<double>("scicot.training.validation_loss", "nat", "The last validation loss.");
    private static readonly Gauge<double> LearningRate = Meter.CreateGauge<double>("scicot.training.learning_rate", "1", "Learning rate of the last step.");
    private static readonly Gauge<double> GradientNorm = Meter.CreateGauge<double>("scicot.training.gradient_norm", "1", "Norm of the last step's gradient before clipping.");
    private static readonly Gauge<double> PaddingShare = Meter.CreateGauge<double>("scicot.training.padding_share", "1", "Share of the positions computed that were padding.");

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
