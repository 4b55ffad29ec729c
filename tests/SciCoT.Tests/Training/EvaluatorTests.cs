using SciCoT.Models;
using SciCoT.Training;
using static TorchSharp.torch;

namespace SciCoT.Tests.Training;

public class EvaluatorTests
{
    private static readonly TrainingOptions Options = new() { TotalSteps = 6, BatchSize = 4, EvaluateEverySteps = 1, BestMetric = "quality" };

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 4)]
    public void BestMetric_DecidesTheWeightsKept(bool higherIsBetter, int best)
    {
        using var model = TinyTask.Model();
        var evaluator = new Scripted(higherIsBetter, [0.2, 0.9, 0.3, 0.1, 0.2, 0.2]);
        var reports = new Reports();

        var result = Trainer(model, Options, evaluator).Train(TinyTask.Reversals(16), TinyTask.Reversals(4, seed: 2), progress: reports, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(best, result.BestStep);
        Assert.Equal(evaluator.Values[best - 1], result.BestMetrics["quality"]);
        Assert.Equal(reports[best - 1].ValidationLoss, result.BestValidationLoss);
        Assert.Equal(evaluator.Values, reports.Select(report => report.Metrics!["quality"]));
        Assert.Equal(evaluator.Seen[best - 1], Weights.Of(model));
    }

    [Fact]
    public void EarlyStopping_FollowsTheMetric_WithoutValidationExamples()
    {
        using var model = TinyTask.Model();
        var evaluator = new Scripted(true, [0.2, 0.9, 0.3, 0.1, 0.2, 0.2]);

        var result = Trainer(model, Options with { EarlyStoppingPatience = 2 }, evaluator).Train(TinyTask.Reversals(16), [], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((4, 2, true), (result.Steps, result.BestStep, result.StoppedEarly));
        Assert.Null(result.BestValidationLoss);
    }

    [Fact]
    public void Evaluator_SeesTheModelInEvaluationMode_WithoutGradients()
    {
        using var model = TinyTask.Model();
        var evaluator = new Scripted(true, [.. Enumerable.Repeat(1.0, 6)]);

        Trainer(model, Options, evaluator).Train(TinyTask.Reversals(16), [], cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(evaluator.Modes, mode => Assert.Equal((false, false), mode));
    }

    [Fact]
    public void UnknownBestMetric_IsRefused_WithTheNamesThereAre()
    {
        using var model = TinyTask.Model();

        var e = Assert.Throws<ArgumentException>(() => Trainer(model, Options with { BestMetric = "rouge-l" }, new Scripted(true, [])).Train(TinyTask.Reversals(4), [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("'rouge-l'", e.Message);
        Assert.Contains("quality", e.Message);
    }

    private static Seq2SeqTrainer Trainer(T5Model model, TrainingOptions options, ITrainingEvaluator evaluator) => new(model, options) { Evaluators = [evaluator] };

    private sealed class Scripted(bool higherIsBetter, double[] values) : ITrainingEvaluator
    {
        public double[] Values { get; } = values;

        public List<byte[]> Seen { get; } = [];

        public List<(bool Training, bool Gradients)> Modes { get; } = [];

        public string Name => "quality";

        public bool HigherIsBetter => higherIsBetter;

        public double Evaluate(T5Model model, CancellationToken cancellationToken)
        {
            Modes.Add((model.training, is_grad_enabled()));
            Seen.Add(Weights.Of(model));
            return Values[Seen.Count - 1];
        }
    }
}
