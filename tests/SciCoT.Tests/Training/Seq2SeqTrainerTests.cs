using SciCoT.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;

namespace SciCoT.Tests.Training;

[Collection(TorchState.Collection)]
public class Seq2SeqTrainerTests
{
    private static readonly TrainingOptions Quick = new() { TotalSteps = 12, BatchSize = 4, LearningRate = 3e-3, EvaluateEverySteps = 4, CheckpointEverySteps = 4 };

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Adafactor)]
    public void SmallModel_LearnsToReverse(OptimizerKind optimizer)
    {
        using var model = TinyTask.Model();
        var options = new TrainingOptions { TotalSteps = 250, BatchSize = 16, LearningRate = 1e-2, Optimizer = optimizer, WarmupSteps = 10, EvaluateEverySteps = 250 };
        var examples = TinyTask.Reversals(16);
        var losses = new Reports();

        var result = new Seq2SeqTrainer(model, options).Train(examples, examples, progress: losses, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(losses[0].Loss > 2, $"The first loss is {losses[0].Loss}.");
        Assert.True(result.BestValidationLoss < 0.05, $"The loss at the end is {result.BestValidationLoss}.");
    }

    [Fact]
    public void Progress_IsReportedForEachStep()
    {
        using var model = TinyTask.Model();
        var reports = new Reports();

        Train(model, Quick with { Schedule = LearningRateSchedule.Linear, WarmupSteps = 2 }, reports);

        Assert.Equal(Enumerable.Range(1, 12), reports.Select(r => r.Step));
        Assert.All(reports, r => Assert.True(r is { TotalSteps: 12, GradientNorm: > 0, TokensPerSecond: > 0, PaddingShare: >= 0 and < 0.5, Warning: null }));
        Assert.Equal([4, 8, 12], reports.Where(r => r.ValidationLoss is not null).Select(r => r.Step));
        Assert.Equal(0, reports[0].LearningRate);
        Assert.Equal(1.5e-3, reports[1].LearningRate, 12);
        Assert.Equal(3e-4, reports[11].LearningRate, 12);
        Assert.Equal(TimeSpan.Zero, reports[11].Remaining);
    }

    [Fact]
    public void WarmupLongerThanTheTraining_EndsOnTheWayUp()
    {
        using var model = TinyTask.Model();
        var reports = new Reports();

        Train(model, Quick with { WarmupSteps = 24 }, reports);

        Assert.Equal(12, reports.Count);
        Assert.All(reports, r => Assert.Equal(Quick.LearningRate * (r.Step - 1) / 24, r.LearningRate, 12));
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, null)]
    [InlineData(OptimizerKind.AdamW, 0.5)]
    [InlineData(OptimizerKind.Adafactor, null)]
    public void GradientAccumulation_OverRaggedBatches_EqualsOneLargeBatch(OptimizerKind optimizer, double? clip)
    {
        // Targets of 2 to 23 tokens: a mean of the batches' means would be another loss.
        Seq2SeqExample[] examples = [.. Enumerable.Range(0, 8).Select(n => new Seq2SeqExample($"example-{n}", [2 + n, 3, 1], [.. Enumerable.Range(0, 1 + 3 * n).Select(i => 2 + (7 * i + n) % 20), 1]))];
        var options = new TrainingOptions { TotalSteps = 4, BatchSize = 8, LearningRate = 1e-3, Optimizer = optimizer, MaxGradientNorm = clip };
        using var whole = TinyTask.Model();
        using var parts = TinyTask.Model();
        Reports one = new(), four = new();
        double[] means = [.. examples.Select(example => new ValidationSet([example], new([example], 1, null)).Loss(whole, TestContext.Current.CancellationToken))];

        new Seq2SeqTrainer(whole, options).Train(examples, [], progress: one, cancellationToken: TestContext.Current.CancellationToken);
        new Seq2SeqTrainer(parts, options with { BatchSize = 2, GradientAccumulationSteps = 4 }).Train(examples, [], progress: four, cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(one.Zip(four), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-5));
        Assert.All(one.Zip(four), pair => Assert.Equal(pair.First.GradientNorm, pair.Second.GradientNorm, 1e-4));
        Assert.True(Math.Abs(means.Average() - one[0].Loss) > 1e-2, $"{means.Average()}, {one[0].Loss}");
        // AdamW divides a gradient by its own size, so that the rounding of a small one is a part of the learning rate: 1e-5 with AVX-512, 2e-5 with AVX2.
        Assert.Equal(0, whole.named_parameters().Zip(parts.named_parameters(), (a, b) => (a.parameter - b.parameter).abs().max().item<float>()).Max(), 5e-5);
    }

    [Fact]
    public void BestWeights_AreRestored()
    {
        using var model = TinyTask.HalfTrained();
        var validation = TinyTask.Contrary();
        var reports = new Reports();

        var result = new Seq2SeqTrainer(model, Quick with { EvaluateEverySteps = 1 }).Train(TinyTask.Reversals(16), validation, progress: reports, cancellationToken: TestContext.Current.CancellationToken);

        var best = reports.MinBy(r => r.ValidationLoss)!;
        Assert.True(best.Step < 12, "The validation loss is meant to rise.");
        Assert.Equal((best.Step, best.ValidationLoss), (result.BestStep, result.BestValidationLoss));
        Assert.Equal(best.ValidationLoss!.Value, new ValidationSet(validation, new(validation, 4, null)).Loss(model, TestContext.Current.CancellationToken), 6);
    }

    [Fact]
    public void EarlyStopping_EndsWhenTheLossNoLongerFalls()
    {
        using var model = TinyTask.Model();
        var options = Quick with { EvaluateEverySteps = 1, LearningRate = 0, EarlyStoppingPatience = 3 };

        var result = Train(model, options, null);

        Assert.Equal((4, 1, true), (result.Steps, result.BestStep, result.StoppedEarly));
    }

    [Fact]
    public void Epochs_CountBatchesOverAccumulation()
    {
        using var model = TinyTask.Model();
        var options = Quick with { TotalSteps = null, Epochs = 2, BatchSize = 3, GradientAccumulationSteps = 2 };

        var result = new Seq2SeqTrainer(model, options).Train(TinyTask.Reversals(10), [], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(4, result.Steps); // 4 batches an epoch, 2 an update
    }

    [Fact]
    public void NonFiniteLoss_ThrowsBeforeTheUpdate()
    {
        using var model = TinyTask.Model();
        using (TorchSharp.torch.no_grad())
            model.lm_head!.weight.fill_(float.NaN);
        var before = Weights.Of(model, "shared.weight");

        var e = Assert.Throws<TrainingDivergedException>(() => Train(model, Quick, null));

        Assert.Equal(1, e.Step);
        Assert.Equal(4, e.ExampleIds.Count);
        Assert.Contains(e.ExampleIds[0], e.Message);
        Assert.Contains(nameof(TrainingOptions.LearningRate), e.Message);
        Assert.Equal(model.named_parameters().Select(p => p.name), e.Parameters);
        Assert.Equal(before, Weights.Of(model, "shared.weight"));
    }

    [Fact]
    public void NonFiniteGradient_IsNamedByItsParameters()
    {
        using var model = TinyTask.Model();
        using (TorchSharp.torch.no_grad())
            model.decoder.final_layer_norm.weight.fill_(1e30f); // logits of 1e30 are numbers still; their gradients' squares are not

        var e = Assert.Throws<TrainingDivergedException>(() => Train(model, Quick, null));

        Assert.Contains("lm_head.weight", e.Parameters);
        Assert.DoesNotContain("decoder.final_layer_norm.weight", e.Parameters); // divided by its own size again
        Assert.Contains(e.Parameters[0], e.Message);
        Assert.Contains("Step 1", e.Message);
    }

    [Theory]
    [InlineData(new int[0], new[] { 1 }, "empty source")]
    [InlineData(new[] { 1 }, new int[0], "empty target")]
    [InlineData(new[] { 1, 24 }, new[] { 1 }, "source token 24 at position 1")]
    [InlineData(new[] { 1 }, new[] { -1 }, "target token -1 at position 0")]
    public void BadExample_ThrowsWithItsId(int[] source, int[] target, string expected)
    {
        using var model = TinyTask.Model();
        var trainer = new Seq2SeqTrainer(model, Quick);

        var e = Assert.Throws<ArgumentException>(() => trainer.Train([.. TinyTask.Reversals(3), new("the-bad-one", source, target)], [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("'the-bad-one'", e.Message);
        Assert.Contains(expected, e.Message);
    }

    [Fact]
    public void NoExamples_Throws()
    {
        using var model = TinyTask.Model();

        Assert.Throws<ArgumentException>(() => new Seq2SeqTrainer(model, Quick).Train([], [], cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void ModelMode_IsAsBefore()
    {
        using var model = TinyTask.Model();
        model.eval();

        Train(model, Quick with { TotalSteps = 1 }, null);

        Assert.False(model.training);
    }

    private static TrainingResult Train(T5Model model, TrainingOptions options, IProgress<TrainingProgress>? progress) =>
        new Seq2SeqTrainer(model, options).Train(TinyTask.Reversals(16), TinyTask.Reversals(4, seed: 2), progress: progress, cancellationToken: TestContext.Current.CancellationToken);
}
