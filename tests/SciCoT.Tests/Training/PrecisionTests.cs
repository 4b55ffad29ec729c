using SciCoT.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Training;

/// <summary>What a step is computed in, and whether it is computed twice, hardly changes what is learnt.</summary>
public class PrecisionTests
{
    private static readonly TrainingOptions Options = new() { TotalSteps = 60, BatchSize = 8, LearningRate = 5e-3, Seed = 3 };

    [Fact]
    public void MixedBFloat16_LearnsAsFloat32_AndKeepsFloat32Weights()
    {
        using var wide = TinyTask.Model();
        using var mixed = TinyTask.Model();
        double expected = Train(wide, Options).SmoothedLoss;

        double actual = Train(mixed, Options with { ComputePrecision = ScalarType.BFloat16 }).SmoothedLoss;

        Assert.Equal(expected, actual, 0.03 * expected);
        Assert.NotEqual(Weights.Of(wide), Weights.Of(mixed));
        Assert.All(mixed.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void MixedBFloat16_AppliesUpdatesThatBFloat16WeightsWouldLose()
    {
        using var model = TinyTask.Model();
        var before = model.shared.weight.detach().clone();

        Train(model, Options with { TotalSteps = 2, LearningRate = 1e-6, ComputePrecision = ScalarType.BFloat16 });

        using var moved = (model.shared.weight - before).abs().max();
        Assert.InRange(moved.item<float>(), 1e-8f, 1e-5f);
    }

    [Fact]
    public void Float16_IsRefused_WithTheReason()
    {
        using var model = TinyTask.Model();

        var e = Assert.Throws<ArgumentException>(() => new Seq2SeqTrainer(model, Options with { ComputePrecision = ScalarType.Float16 }));

        Assert.Contains("overflow float16", e.Message);
        Assert.Contains("BFloat16", e.Message);
    }

    [Theory]
    [InlineData(0, ScalarType.Float32)]
    [InlineData(0.2, ScalarType.Float32)]
    [InlineData(0.2, ScalarType.BFloat16)]
    public void GradientCheckpointing_ChangesNoResult(double dropout, ScalarType precision)
    {
        var options = Options with { TotalSteps = 6, ComputePrecision = precision };
        using var plain = TinyTask.Model(dropout);
        using var checkpointed = TinyTask.Model(dropout);
        Reports expected = new(), actual = new();

        Train(plain, options, expected);
        Train(checkpointed, options with { GradientCheckpointing = true }, actual);

        Assert.Equal(expected[0].Loss, actual[0].Loss); // the same dropout
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Loss, actual[i].Loss, 1e-3);
            Assert.Equal(expected[i].GradientNorm, actual[i].GradientNorm, 1e-2 * expected[i].GradientNorm);
        }

        Assert.False(checkpointed.encoder.Checkpointing);
    }

    [Theory]
    [InlineData("tiny-t5-v1_1")]
    [InlineData("tiny-t5-original")]
    public void GradientCheckpointing_GivesTheSameGradients(string name)
    {
        using var scope = NewDisposeScope();
        using var model = T5Model.Load(TestFiles.Data("Golden", name));
        model.train();
        var ids = tensor(new long[,] { { 5, 6, 7, 1 }, { 9, 4, 1, 0 } });
        var mask = ids.ne(0).to_type(ScalarType.Int64);
        var labels = tensor(new long[,] { { 8, 3, 1 }, { 2, 1, -100 } });

        model.Loss(ids, mask, labels).backward();
        var expected = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        model.zero_grad();
        model.UseGradientCheckpointing(true);
        model.Loss(ids, mask, labels).backward();

        Assert.All(model.named_parameters(), p => Assert.True((expected[p.name] - p.parameter.grad!).abs().max().item<float>() < 1e-5, p.name));
    }

    private static TrainingResult Train(T5Model model, TrainingOptions options, Reports? reports = null) =>
        new Seq2SeqTrainer(model, options).Train(TinyTask.Reversals(16), [], progress: reports, cancellationToken: TestContext.Current.CancellationToken);
}
