using static TorchSharp.torch.utils.tensorboard;

namespace SciCoT.Training.Observers;

/// <summary>Writes each step's progress as a TensorBoard event file: <c>tensorboard --logdir</c> shows it.</summary>
/// <include file="Examples.xml" path="examples/TensorBoardTrainingLog/example"/>
public sealed class TensorBoardTrainingLog : IProgress<TrainingProgress>
{
    private readonly TorchSharp.Modules.SummaryWriter _writer;

    /// <summary>Starts an event file.</summary>
    /// <param name="directory">Its folder. A continued run adds a file of its own; TensorBoard shows both as one.</param>
    public TensorBoardTrainingLog(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _writer = SummaryWriter(directory);
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_writer)
        {
            Add("train/loss", value.Loss);
            Add("train/smoothed_loss", value.SmoothedLoss);
            Add("train/learning_rate", value.LearningRate);
            Add("train/gradient_norm", value.GradientNorm);
            Add("speed/tokens_per_second", value.TokensPerSecond);
            Add("speed/padding_share", value.PaddingShare);
            Add("speed/resident_bytes", value.ResidentBytes);
            if (value.ValidationLoss is { } loss)
                Add("validation/loss", loss);
            foreach (var (name, metric) in value.Metrics ?? new Dictionary<string, double>())
                Add($"validation/{name}", metric);
        }

        void Add(string tag, double number) => _writer.add_scalar(tag, (float)number, value.Step);
    }
}
