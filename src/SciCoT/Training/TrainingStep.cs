using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Training.Batches;
using SciCoT.Training.DataParallel;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>One update: the gradients of one or more batches, of which each rank computes its share, clipped together, applied by the optimizer.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly T5Model _model;
    private readonly IOptimizer _optimizer;
    private readonly double? _maxGradientNorm;
    private readonly double _labelSmoothing;
    private readonly ScalarType _computePrecision;
    private readonly IProcessGroup _group;
    private readonly GradientBuckets? _buckets;
    private readonly Tensor[] _parameters;
    private readonly string[] _names;

    public TrainingStep(T5Model model, IReadOnlyList<ParameterGroup> groups, IOptimizer optimizer, double? maxGradientNorm, double labelSmoothing, ScalarType computePrecision = ScalarType.Float32, IProcessGroup? group = null)
    {
        (_model, _optimizer, _maxGradientNorm, _labelSmoothing, _computePrecision) = (model, optimizer, maxGradientNorm, labelSmoothing, computePrecision);
        _parameters = [.. groups.SelectMany(g => g.Parameters)];
        _names = [.. groups.SelectMany(g => g.Names)];
        _group = group ?? ProcessGroup.Single;
        if (_group.Size > 1)
            _buckets = new(model, groups, _group);
    }

    /// <summary>Makes one update.</summary>
    /// <param name="examples">All examples.</param>
    /// <param name="batches">The batches of all ranks together, the same on each.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="stop">Whether this rank is to stop after the step.</param>
    /// <returns>What all ranks come to alike.</returns>
    public StepResult Run(IReadOnlyList<Seq2SeqExample> examples, IReadOnlyList<int[]> batches, double learningRate, bool stop = false)
    {
        using var scope = NewDisposeScope();
        using var mixed = new MixedPrecision(_model, _computePrecision);
        var loss = Backward(examples, batches, out bool hasExamples);
        try
        {
            Tensor[] gradients = _buckets?.Finish(required: hasExamples) ?? [.. _parameters.Select((p, i) => p.grad ?? throw GradientBuckets.WithoutGradient(_names[i]))];
            var (measured, norm) = LossAndNorm(loss, gradients);
            double[] all = [measured, stop ? 1 : 0];
            _group.AllReduce(all);
            if (!double.IsFinite(all[0]) || !double.IsFinite(norm))
                return new(all[0], norm, [.. _names.Where((_, i) => !IsFinite(gradients[i]))]) { IsToStop = all[1] > 0 };

            Update(_optimizer, gradients, learningRate, _maxGradientNorm / (norm + 1e-6) is < 1 and var factor ? factor : 1);
            return new(all[0], norm, []) { IsToStop = all[1] > 0 };
        }
        finally
        {
            // Not the model's zero_grad: an adapter's weights lie outside its modules.
            foreach (var parameter in _parameters)
                parameter.grad = null;
            _buckets?.Release();

            // Part of a step's native memory waits for finalizers, and the collector, which does not see that memory, comes once in many steps by
            // itself: in Flan-T5-small's shape the peak was 2.8 to 3.2 GB without this, 2.2 GB with it.
            GC.Collect(generation: 1);
        }
    }

    public void Dispose() => _buckets?.Dispose();

    /// <summary>The loss, and the norm of all gradients together.</summary>
    internal static (double Loss, double Norm) LossAndNorm(Tensor loss, Tensor[] gradients)
    {
        if (ParameterKernels.Apply(gradients))
            return (loss.item<float>(), ParameterKernels.Norm(gradients));
        var measured = TensorKernels.LossAndNorm(loss, gradients).cpu().data<float>(); // the step's only transfer to the host
        return (measured[0], measured[1]);
    }

    /// <summary>Applies gradients, multiplied by a factor.</summary>
    internal static void Update(IOptimizer optimizer, Tensor[] gradients, double learningRate, double factor)
    {
        using var _ = no_grad();
        if (optimizer is IScalingOptimizer scaling)
        {
            scaling.Step(gradients, learningRate, factor);
            return;
        }

        if (factor != 1)
            TensorKernels.Scale(gradients, factor);
        optimizer.Step(gradients, learningRate);
    }

    /// <summary>Adds up the gradients of this rank's shares of the batches.</summary>
    /// <returns>This rank's part of the loss, a scalar without a graph.</returns>
    private Tensor Backward(IReadOnlyList<Seq2SeqExample> examples, IReadOnlyList<int[]> batches, out bool hasExamples)
    {
        double allTokens = batches.Sum(batch => TargetTokens(examples, batch));
        int[][] shares = [.. batches.Select(batch => _group.Own(batch)).Where(share => share.Length > 0)]; // the last batch may have fewer examples than there are ranks
        hasExamples = shares.Length > 0;
        Tensor? sum = null;
        foreach (var (number, indices) in shares.Index())
        {
            using var scope = NewDisposeScope();
            if (number == shares.Length - 1)
                _buckets?.Watch();
            var batch = Seq2SeqBatch.Create(examples, indices, _model.Config.PadTokenId, _model.Device);
            var loss = _model.Loss(batch.InputIds, batch.AttentionMask, batch.Labels, batch.Weights, _labelSmoothing);
            if (batches.Count > 1 || _group.Size > 1)
                loss *= tensor((float)(TargetTokens(examples, indices) / allTokens), device: loss.device);
            loss.backward();
            sum = (sum is null ? loss.detach() : sum.Plus(loss.detach())).MoveToOuterDisposeScope();
        }

        return sum ?? zeros([], device: _model.Device);
    }

    /// <summary>Whether a gradient's norm can be computed: it is too large where that overflows.</summary>
    private static bool IsFinite(Tensor gradient) => float.IsFinite(gradient.norm().item<float>());

    private static long TargetTokens(IReadOnlyList<Seq2SeqExample> examples, int[] indices) => indices.Sum(i => (long)examples[i].Target.Length);
}

/// <summary>What a step came to.</summary>
/// <param name="Loss">The loss before the update, the mean over the target tokens of all batches.</param>
/// <param name="GradientNorm">The norm of its gradient before clipping. If one of them is not finite, the update is left out.</param>
/// <param name="NotFinite">The parameters whose gradients are not finite, where the update was left out.</param>
internal sealed record StepResult(double Loss, double GradientNorm, IReadOnlyList<string> NotFinite)
{
    /// <summary>Whether a rank is to stop.</summary>
    public bool IsToStop { get; init; }
}
