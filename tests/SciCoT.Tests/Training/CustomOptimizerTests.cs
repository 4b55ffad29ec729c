using SciCoT.Tests.Support;
using SciCoT.Training;
using SciCoT.Training.Optimizers;
using TorchSharp;

namespace SciCoT.Tests.Training;

/// <summary>An optimizer that the library does not have.</summary>
[Collection(TorchState.Collection)]
public sealed class CustomOptimizerTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { TotalSteps = 6, BatchSize = 4, LearningRate = 1e-2, CheckpointEverySteps = 3, CustomOptimizer = new("momentum 0.9", groups => new Momentum(groups)) };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_GoesByItAndIsContinuedBitForBit()
    {
        var straight = Train(_folder.File("straight"));

        using var stop = new CancellationTokenSource();
        using (var model = TinyTask.Model())
        {
            Assert.Throws<OperationCanceledException>(() => new Seq2SeqTrainer(model, Options).Train(
                TinyTask.Reversals(16), [], _folder.File("broken"), new StopAt(4, stop), stop.Token));
        }

        Assert.Equal(straight, Train(_folder.File("broken")));
        Assert.NotEqual(straight, Train(_folder.File("other"), Options with { CustomOptimizer = null }));
    }

    [Fact]
    public void OtherOptimizer_DoesNotContinueACheckpoint()
    {
        Train(_folder.Path);

        var exception = Assert.Throws<PlanMismatchException>(() => Train(_folder.Path, Options with { CustomOptimizer = new("momentum 0.5", groups => new Momentum(groups)) }));

        Assert.Equal("options.customOptimizer: was \"momentum 0.9\", is \"momentum 0.5\"", Assert.Single(exception.Differences));
    }

    private static float[] Train(string folder, TrainingOptions? options = null)
    {
        using var model = TinyTask.Model();
        new Seq2SeqTrainer(model, options ?? Options).Train(TinyTask.Reversals(16), [], folder, cancellationToken: TestContext.Current.CancellationToken);
        return [.. model.parameters().SelectMany(parameter => parameter.detach().data<float>().ToArray())];
    }

    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                stop.Cancel();
        }
    }

    private sealed class Momentum : IOptimizer
    {
        private readonly torch.Tensor[] _parameters;
        private readonly torch.Tensor[] _velocities;

        public Momentum(IReadOnlyList<ParameterGroup> groups)
        {
            _parameters = [.. groups.SelectMany(group => group.Parameters)];
            _velocities = [.. _parameters.Select(parameter => torch.zeros(parameter.shape).DetachFromDisposeScope())];
            State = groups.SelectMany(group => group.Names).Zip(_velocities).ToDictionary(pair => pair.First, pair => pair.Second);
        }

        public int Steps { get; set; }

        public IReadOnlyDictionary<string, torch.Tensor> State { get; }

        public void Step(torch.Tensor[] gradients, double learningRate)
        {
            Steps++;
            for (int i = 0; i < _parameters.Length; i++)
            {
                _velocities[i].mul_(0.9).add_(gradients[i]);
                _parameters[i].sub_(_velocities[i] * learningRate);
            }
        }

        public void Dispose()
        {
            foreach (var velocity in _velocities)
                velocity.Dispose();
        }
    }
}
