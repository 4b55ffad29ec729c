using SciCoT.IO;
using SciCoT.Training;
using SciCoT.Training.Observers;

namespace SciCoT.Distillation;

/// <summary>Logs the steps of a run's trainings, each stage apart: as JSON Lines, for TensorBoard, or both.</summary>
/// <remarks>Pass it to <see cref="DistillationEngine.RunAsync"/> as progress, or report to it from progress of your own. Safe for concurrent callers.</remarks>
/// <param name="jsonLines">A folder for <c>train-rationale-student.jsonl</c> and so on; <see langword="null"/> for none.</param>
/// <param name="tensorBoard">A folder with an event folder for each stage; <see langword="null"/> for none.</param>
public sealed class TrainingLogs(string? jsonLines, string? tensorBoard) : IProgress<DistillationProgress>, IDisposable
{
    private readonly Dictionary<DistillationStage, IReadOnlyList<IProgress<TrainingProgress>>> _logs = [];

    /// <inheritdoc/>
    public void Report(DistillationProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Training is not { } step)
            return;
        lock (_logs)
        {
            if (!_logs.TryGetValue(value.Stage, out var logs))
                _logs[value.Stage] = logs = Open(SettingsBinder.Word(value.Stage.ToString()));
            foreach (var log in logs)
                log.Report(step);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_logs)
        {
            foreach (var log in _logs.Values.SelectMany(logs => logs).OfType<IDisposable>())
                log.Dispose();
            _logs.Clear();
        }
    }

    private List<IProgress<TrainingProgress>> Open(string stage)
    {
        var logs = new List<IProgress<TrainingProgress>>();
        if (jsonLines is not null)
            logs.Add(new JsonLinesTrainingLog(Path.Combine(jsonLines, stage + ".jsonl")));
        if (tensorBoard is not null)
            logs.Add(new TensorBoardTrainingLog(Path.Combine(tensorBoard, stage)));
        return logs;
    }
}
