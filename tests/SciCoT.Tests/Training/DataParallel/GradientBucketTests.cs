using System.Diagnostics.CodeAnalysis;
using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Training;
using SciCoT.Training.Optimizers;

namespace SciCoT.Tests.Training.DataParallel;

public class GradientBucketTests
{
    /// <summary>Sums begin while the backward pass still runs: the embedding's gradient, its last, is not there yet.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Buckets_AreSummedDuringTheBackwardPass(bool checkpointing)
    {
        // Blocks of more than a million numbers each have buckets of their own.
        var config = new T5Config { VocabularySize = 64, ModelSize = 256, HeadSize = 64, Heads = 4, FeedForwardSize = 1024, EncoderLayers = 2, DecoderLayers = 2, DropoutRate = 0 };
        using var model = new T5Model(config, seed: 3);
        model.train();
        model.UseGradientCheckpointing(checkpointing);
        var groups = ParameterGroup.Of(model, 0, decayNorms: true, decayPositionBias: true);
        using var optimizer = new AdamW(groups, 0.9, 0.999, 1e-8);
        var embedding = model.named_parameters().First(p => p.name == "shared.weight").parameter;
        var group = new SecondRankWithoutExamples(() => embedding.grad is not null);
        using var step = new TrainingStep(model, groups, optimizer, null, 0, group: group);

        step.Run([new("one", [5, 6, 7, 1], [8, 9, 1]), new("two", [7, 1], [9, 1])], [[0, 1]], 1e-3);

        Assert.InRange(group.Embedded.Count, 4, 6);
        Assert.All(group.Embedded.SkipLast(1), Assert.False);
        Assert.Equal(model.TrainedParameters().Sum(p => p.parameter.numel()), group.Numbers);
    }

    [Fact]
    public void Parameter_OnWhichTheLossDoesNotDepend_IsNamed()
    {
        using var model = TinyTask.Model();
        model.train();
        var own = new TorchSharp.Modules.Parameter(TorchSharp.torch.zeros(3));
        ParameterGroup[] groups = [new(["aside"], [own], 0)];
        using var optimizer = new AdamW(groups, 0.9, 0.999, 1e-8);
        using var step = new TrainingStep(model, groups, optimizer, null, 0, group: new SecondRankWithoutExamples(() => false));

        var thrown = Assert.Throws<InvalidOperationException>(() => step.Run(TinyTask.Reversals(2), [[0, 1]], 1e-3));

        Assert.StartsWith("aside has no gradient", thrown.Message);
    }

    /// <summary>Rank 0 of two, whose other adds nothing to the sums.</summary>
    private sealed class SecondRankWithoutExamples(Func<bool> embedded) : IProcessGroup
    {
        /// <summary>For each sum, whether the embedding had its gradient when it began.</summary>
        public List<bool> Embedded { get; } = [];

        public long Numbers { get; private set; }

        public int Rank => 0;

        public int Size => 2;

        public Task AllReduceAsync(IReadOnlyList<Memory<float>> blocks)
        {
            Embedded.Add(embedded());
            Numbers += blocks.Sum(block => (long)block.Length);
            return Task.CompletedTask;
        }

        public void AllReduce(Span<float> values) => throw new NotSupportedException();

        public void AllReduce(Span<double> values)
        {
        }

        public void Broadcast(Span<byte> values, int root) => throw new NotSupportedException();

        public IReadOnlyList<byte[]> AllGather(ReadOnlySpan<byte> value) => throw new NotSupportedException();

        public void Barrier() => throw new NotSupportedException();

        [DoesNotReturn]
        public void Abort(int exitCode, string message) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
