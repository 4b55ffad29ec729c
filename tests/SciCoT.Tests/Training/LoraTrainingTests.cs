using SciCoT.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Training;

[Collection(TorchState.Collection)]
public sealed class LoraTrainingTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { TotalSteps = 12, BatchSize = 4, LearningRate = 1e-2, EvaluateEverySteps = 4, CheckpointEverySteps = 4 };
    private static readonly LoraConfig Config = new() { Rank = 4, Alpha = 8, Dropout = 0.1, TargetModules = ["q", "v", "wo"] };
    private static readonly Seq2SeqExample[] Examples = TinyTask.Reversals(18);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Train_ChangesTheAdapterAlone()
    {
        using var model = TinyTask.Model();
        var before = Weights.Of(model);
        using var adapter = LoraAdapter.Attach(model, Config, seed: 1);
        var fresh = Values(adapter);
        var reports = new Reports();

        Train(model, Options with { TotalSteps = 60, EvaluateEverySteps = 60 }, reports: reports);

        Assert.Equal(before, Weights.Of(model));
        Assert.NotEqual(fresh, Values(adapter));
        Assert.True(reports.TakeLast(10).Average(r => r.Loss) < reports.Take(10).Average(r => r.Loss) - 0.1);
    }

    [Fact]
    public void Train_Continued_EqualsStraightBitForBit()
    {
        using var straightModel = TinyTask.Model();
        using var straight = LoraAdapter.Attach(straightModel, Config, seed: 1);
        Reports straightReports = new(), continuedReports = new();
        Train(straightModel, Options, reports: straightReports);

        using (var interrupted = TinyTask.Model())
        using (LoraAdapter.Attach(interrupted, Config, seed: 1))
        {
            using var stop = new CancellationTokenSource();
            var reports = new Reports { Then = r => { if (r.Step == 5) stop.Cancel(); } };
            Assert.Throws<OperationCanceledException>(() => new Seq2SeqTrainer(interrupted, Options).Train(Examples, Examples[..4], _folder.Path, reports, stop.Token));
        }

        using var model = TinyTask.Model();
        using var continued = LoraAdapter.Attach(model, Config, seed: 2); // other start values, which the checkpoint replaces
        var result = Train(model, Options, _folder.Path, continuedReports);

        Assert.Equal(5, result.ContinuedFromStep);
        Assert.Equal(straightReports.Skip(5).Select(r => (r.Loss, r.ValidationLoss)), continuedReports.Select(r => (r.Loss, r.ValidationLoss)));
        Assert.Equal(Values(straight), Values(continued));
        Assert.True(File.Exists(Path.Combine(_folder.File("checkpoint-00000012"), LoraAdapter.WeightsFileName)));
        Assert.False(File.Exists(Path.Combine(_folder.File("checkpoint-00000012"), "model.safetensors")));
    }

    [Fact]
    public void Train_OtherAdapterInTheFolder_IsNamed()
    {
        using (var model = TinyTask.Model())
        using (LoraAdapter.Attach(model, Config, seed: 1))
            Train(model, Options, _folder.Path);

        using var other = TinyTask.Model();
        using var adapter = LoraAdapter.Attach(other, Config with { Rank = 2 }, seed: 1);

        Assert.Contains("adapter", Assert.Throws<PlanMismatchException>(() => Train(other, Options, _folder.Path)).Message);
    }

    [Theory]
    [InlineData(0.1, false, false)] // the norms' group is empty
    [InlineData(0, true, false)]
    [InlineData(0, false, true)]
    public void Train_WithTheTrainersOtherMeans_Learns(double weightDecay, bool checkpointing, bool mixed)
    {
        using var model = TinyTask.Model();
        using var adapter = LoraAdapter.Attach(model, Config with { TargetModules = ["q", "v", "wo", "lm_head"] }, seed: 1);
        var reports = new Reports();

        Train(model, Options with
        {
            TotalSteps = 60,
            EvaluateEverySteps = 60,
            WeightDecay = weightDecay,
            GradientCheckpointing = checkpointing,
            ComputePrecision = mixed ? ScalarType.BFloat16 : ScalarType.Float32,
        }, reports: reports);

        Assert.True(reports.TakeLast(10).Average(r => r.Loss) < reports.Take(10).Average(r => r.Loss) - 0.1);
    }

    [Fact]
    public void Train_BaseInBfloat16_IsAllowedWithAnAdapter()
    {
        using var model = TinyTask.Model();
        model.to(ScalarType.BFloat16);
        Assert.Throws<ArgumentException>(() => new Seq2SeqTrainer(model, Options));
        using var adapter = LoraAdapter.Attach(model, Config, seed: 1);
        var fresh = Values(adapter);

        Train(model, Options);

        Assert.NotEqual(fresh, Values(adapter));
    }

    private static TrainingResult Train(T5Model model, TrainingOptions options, string? folder = null, Reports? reports = null) =>
        new Seq2SeqTrainer(model, options).Train(Examples, Examples[..4], folder, reports, TestContext.Current.CancellationToken);

    private static byte[] Values(LoraAdapter adapter) => [.. adapter.Parameters().SelectMany(p => p.parameter.bytes.ToArray())];
}
