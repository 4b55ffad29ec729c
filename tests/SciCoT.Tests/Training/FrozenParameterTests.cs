using SciCoT.Models;
using SciCoT.Training;

namespace SciCoT.Tests.Training;

/// <summary>Parameters that a caller has frozen: they stay, the others learn, and a failure is told as without them.</summary>
public sealed class FrozenParameterTests
{
    private static readonly TrainingOptions Quick = new() { TotalSteps = 2, LearningRate = 1e-2, BatchSize = 4 };

    public static TheoryData<string, bool, OptimizerKind> Parts() =>
    [
        .. from part in new[] { "shared.", "encoder.", "decoder.", "lm_head.", "norm", "DenseReluDense", "SelfAttention" }
           from checkpointing in new[] { false, true }
           select new TheoryDataRow<string, bool, OptimizerKind>(part, checkpointing, checkpointing ? OptimizerKind.Adafactor : OptimizerKind.AdamW),
    ];

    [Theory]
    [MemberData(nameof(Parts))]
    public void FrozenPart_StaysAndTheRestLearns(string part, bool checkpointing, OptimizerKind optimizer)
    {
        using var model = TinyTask.Model();
        var frozen = Freeze(model, part);
        var before = model.named_parameters().ToDictionary(p => p.name, p => Weights.Of(model, p.name));

        new Seq2SeqTrainer(model, Quick with { GradientCheckpointing = checkpointing, Optimizer = optimizer, WeightDecay = 0.1 })
            .Train(TinyTask.Reversals(8), TinyTask.Reversals(2), cancellationToken: TestContext.Current.CancellationToken);

        foreach (var (name, weights) in before)
            Assert.True(frozen.Contains(name) == weights.SequenceEqual(Weights.Of(model, name)), name);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Divergence_WithAFrozenPart_IsTold(string part, bool checkpointing, OptimizerKind optimizer)
    {
        using var model = TinyTask.Model();
        var frozen = Freeze(model, part);
        using (TorchSharp.torch.no_grad())
            model.decoder.block[0].Self.SelfAttention.q.weight.fill_(float.NaN);

        var e = Assert.Throws<TrainingDivergedException>(() => new Seq2SeqTrainer(model, Quick with { GradientCheckpointing = checkpointing, Optimizer = optimizer })
            .Train(TinyTask.Reversals(8), [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(model.named_parameters().Select(p => p.name).Except(frozen), e.Parameters);
    }

    /// <summary>The first step already, whatever else is asked for: batches that are added up, bfloat16, an adapter on a frozen base.</summary>
    [Theory]
    [InlineData(false, 1, TorchSharp.torch.ScalarType.Float32)]
    [InlineData(false, 3, TorchSharp.torch.ScalarType.BFloat16)]
    [InlineData(true, 1, TorchSharp.torch.ScalarType.BFloat16)]
    [InlineData(true, 3, TorchSharp.torch.ScalarType.Float32)]
    public void Divergence_AtTheFirstStep_IsTold(bool withAdapter, int accumulated, TorchSharp.torch.ScalarType precision)
    {
        using var model = TinyTask.Model();
        using var adapter = withAdapter ? LoraAdapter.Attach(model, new LoraConfig { Rank = 2, TargetModules = ["q", "v"] }, seed: 1) : null;
        using (TorchSharp.torch.no_grad())
            model.decoder.block[0].Self.SelfAttention.k.weight.fill_(float.NaN);

        var e = Assert.Throws<TrainingDivergedException>(() => new Seq2SeqTrainer(model, Quick with { GradientAccumulationSteps = accumulated, ComputePrecision = precision })
            .Train(TinyTask.Reversals(12), [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(1, e.Step);
        Assert.NotEmpty(e.Parameters);
        Assert.Contains("Lower LearningRate", e.Message);
    }

    [Fact]
    public void EverythingFrozen_IsRefused()
    {
        using var model = TinyTask.Model();
        Freeze(model, "");

        var e = Assert.Throws<InvalidOperationException>(() => new Seq2SeqTrainer(model, Quick).Train(TinyTask.Reversals(8), [], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("frozen", e.Message);
    }

    private static HashSet<string> Freeze(T5Model model, string part)
    {
        var frozen = model.named_parameters().Where(p => p.name.Contains(part)).ToArray();
        Assert.NotEmpty(frozen);
        foreach (var (_, parameter) in frozen)
            parameter.requires_grad = false;
        return [.. frozen.Select(p => p.name)];
    }
}
