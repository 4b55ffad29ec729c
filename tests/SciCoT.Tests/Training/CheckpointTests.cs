using SciCoT.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Training;

[Collection(TorchState.Collection)]
public sealed class CheckpointTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { TotalSteps = 12, BatchSize = 4, LearningRate = 3e-3, EvaluateEverySteps = 4, CheckpointEverySteps = 4, WarmupSteps = 2 };
    private static readonly Seq2SeqExample[] Examples = TinyTask.Reversals(18);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OptimizerKind.AdamW, 5)]
    [InlineData(OptimizerKind.Adafactor, 5)]
    [InlineData(OptimizerKind.AdamW, 8)]
    public void Continued_EqualsStraight_BitForBit(OptimizerKind optimizer, int stop)
    {
        var options = Options with { Optimizer = optimizer, GradientAccumulationSteps = 2 };
        using var straight = TinyTask.Model(dropout: 0.1);
        Reports straightReports = new(), continuedReports = new();
        var expected = Train(straight, options, null, straightReports);

        using (var interrupted = TinyTask.Model(dropout: 0.1))
            CancelAfter(interrupted, options, stop);
        using var continued = TinyTask.Model(dropout: 0.1);
        var actual = Train(continued, options, _folder.Path, continuedReports);

        Assert.Equal(stop, actual.ContinuedFromStep);
        Assert.Equal(straightReports.Skip(stop).Select(r => (r.Loss, r.SmoothedLoss, r.ValidationLoss)), continuedReports.Select(r => (r.Loss, r.SmoothedLoss, r.ValidationLoss)));
        Assert.Equal(Weights.Of(straight), Weights.Of(continued));
        Assert.Equal((expected.BestStep, expected.BestValidationLoss), (actual.BestStep, actual.BestValidationLoss));
    }

    [Fact]
    public void Dropout_HasAnEffect()
    {
        using var with = TinyTask.Model(dropout: 0.1);
        using var without = TinyTask.Model();

        Train(with, Options, null);
        Train(without, Options, null);

        Assert.NotEqual(Weights.Of(with), Weights.Of(without));
    }

    [Fact]
    public void FinishedTraining_IsNotRepeated()
    {
        using var first = TinyTask.Model();
        using var second = TinyTask.Model();
        var reports = new Reports();
        Train(first, Options, _folder.Path);

        var result = Train(second, Options, _folder.Path, reports);

        Assert.Empty(reports);
        Assert.Equal((12, 12), (result.Steps, result.ContinuedFromStep));
        Assert.Equal(Weights.Of(first), Weights.Of(second));
    }

    [Fact]
    public void BestOfAnEarlierStep_SurvivesTheContinuation()
    {
        var options = Options with { EvaluateEverySteps = 1, WarmupFromZero = false };
        using var straight = TinyTask.HalfTrained();
        var expected = Train(straight, options, null, validation: TinyTask.Contrary());
        using (var interrupted = TinyTask.HalfTrained())
            CancelAfter(interrupted, options, 11, TinyTask.Contrary());

        using var continued = TinyTask.HalfTrained();
        var actual = Train(continued, options, _folder.Path, validation: TinyTask.Contrary());

        Assert.True(expected.BestStep < 11, "The validation loss is meant to rise.");
        Assert.Equal(expected.BestStep, actual.BestStep);
        Assert.Equal(Weights.Of(straight), Weights.Of(continued));
    }

    [Fact]
    public void CheckpointFolder_IsAModelFolder_AndOldOnesAreRemoved()
    {
        using var model = TinyTask.Model();
        Train(model, Options, _folder.Path);

        Assert.Equal(["checkpoint-00000008", "checkpoint-00000012"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order());
        using var loaded = T5Model.Load(Path.Combine(_folder.Path, "checkpoint-00000012"));
        Assert.Equal(TinyTask.Config(), loaded.Config);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("training.json")]
    [InlineData("manifest.json")]
    public void DamagedNewest_IsPassedOver_WithAWarning(string file)
    {
        using var straight = TinyTask.Model(dropout: 0.1);
        Train(straight, Options, _folder.Path);
        var path = Path.Combine(_folder.Path, "checkpoint-00000012", file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(path, bytes);

        using var continued = TinyTask.Model(dropout: 0.1);
        var reports = new Reports();
        var result = Train(continued, Options, _folder.Path, reports);

        Assert.Equal(8, result.ContinuedFromStep);
        Assert.Contains("checkpoint-00000012 is damaged", Assert.Single(result.Warnings));
        Assert.Equal(result.Warnings[0], reports[0].Warning);
        Assert.Equal(Weights.Of(straight), Weights.Of(continued));
    }

    [Fact]
    public void CutOffFile_IsPassedOver()
    {
        using var model = TinyTask.Model();
        Train(model, Options, _folder.Path);
        using (var file = File.OpenWrite(Path.Combine(_folder.Path, "checkpoint-00000012", "model.safetensors")))
            file.SetLength(file.Length - 1);

        Assert.Equal(8, Train(model, Options, _folder.Path).ContinuedFromStep);
    }

    [Fact]
    public void ChangedOptionsOrExamples_AreRefused_AndNamed()
    {
        using var model = TinyTask.Model();
        Train(model, Options, _folder.Path);

        var e = Assert.Throws<PlanMismatchException>(() => new Seq2SeqTrainer(model, Options with { LearningRate = 1e-4, Seed = 9 })
            .Train(TinyTask.Reversals(17), TinyTask.Reversals(4, seed: 2), _folder.Path, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("options.learningRate: was 0.003, is 0.0001", e.Message);
        Assert.Contains("options.seed: was 1, is 9", e.Message);
        Assert.Contains("training examples: was \"18 with", e.Message);
        Assert.DoesNotContain("validation examples", e.Message);
        Assert.Contains("another folder", e.Message);
    }

    [Fact]
    public void OptionsThatDoNotChangeTheResult_MayChange()
    {
        using (var interrupted = TinyTask.Model())
            CancelAfter(interrupted, Options, 5);
        using var model = TinyTask.Model();

        Assert.Equal(5, Train(model, Options with { CheckpointEverySteps = 1, KeepCheckpoints = 3 }, _folder.Path).ContinuedFromStep);
    }

    [Fact]
    public void CancelledBeforeTheFirstStep_CanBeContinued()
    {
        using var model = TinyTask.Model();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => new Seq2SeqTrainer(model, Options).Train(Examples, [], _folder.Path, cancellationToken: cancelled.Token));

        var result = new Seq2SeqTrainer(model, Options).Train(Examples, [], _folder.Path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((0, 12), (result.ContinuedFromStep, result.Steps));
    }

    private TrainingResult Train(T5Model model, TrainingOptions options, string? folder, IProgress<TrainingProgress>? progress = null, Seq2SeqExample[]? validation = null) =>
        new Seq2SeqTrainer(model, options).Train(Examples, validation ?? TinyTask.Reversals(4, seed: 2), folder, progress, TestContext.Current.CancellationToken);

    private void CancelAfter(T5Model model, TrainingOptions options, int step, Seq2SeqExample[]? validation = null)
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Reports { Then = r => { if (r.Step == step) cancel.Cancel(); } };
        Assert.Throws<OperationCanceledException>(() => new Seq2SeqTrainer(model, options).Train(Examples, validation ?? TinyTask.Reversals(4, seed: 2), _folder.Path, progress, cancel.Token));
    }
}
