using SciCoT.Distillation;
using SciCoT.Evaluation;
using SciCoT.Training;

namespace QuickStart;

/// <summary>Keeps the losses that pass by on their way to the display.</summary>
internal sealed class Curves
{
    private const int Every = 20;

    private readonly Dictionary<string, List<TrainingPoint>> _points = [];

    public IProgress<TrainingProgress> Record(string student, IProgress<TrainingProgress> next)
    {
        var points = _points[student] = [];
        return new Relay<TrainingProgress>(progress => Add(points, progress), next);
    }

    public IProgress<DistillationProgress> Record(IProgress<DistillationProgress> next)
    {
        List<TrainingPoint> rationale = _points["rationale student"] = [], answer = _points["answer student"] = [];
        return new Relay<DistillationProgress>(
            progress =>
            {
                if (progress.Training is { } training)
                    Add(progress.Stage == DistillationStage.TrainRationaleStudent ? rationale : answer, training);
            },
            next);
    }

    public TrainingCurve Of(string student) => new(student, _points[student]);

    private static void Add(List<TrainingPoint> points, TrainingProgress progress)
    {
        if (progress.Step == 1 || progress.Step % Every == 0 || progress.ValidationLoss is not null)
            points.Add(new(progress.Step, progress.SmoothedLoss, progress.ValidationLoss));
    }

    private sealed class Relay<T>(Action<T> seen, IProgress<T> next) : IProgress<T>
    {
        public void Report(T value)
        {
            seen(value);
            next.Report(value);
        }
    }
}
