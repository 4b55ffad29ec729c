using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Training.Batches;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>One update: the gradients of one or more batches, clipped together, applied by the optimizer.</summary>
internal sealed class TrainingStep(T5Model model, IReadOnlyList<ParameterGroup> groups, IOptimizer optimizer, double? maxGradientNorm, double labelSmoothing, ScalarType computePrecision = ScalarType.Float32)
{
    private readonly Tensor[] _parameters = [.. groups.SelectMany(g => g.Parameters)];
    private readonly string[] _names = [.. groups.SelectMany(g => g.Names)];

    /// <summary>Makes one update.</summary>
    /// <returns>
    /// The loss before the update, the mean over the target tokens of all batches, and the norm of its gradient before
    /// clipping. If one of them is not finite, the update is left out, and the parameters are named whose gradients are not.
    /// </returns>
    public (double Loss, double GradientNorm, IReadOnlyList<string> NotFinite) Run(IReadOnlyList<Seq2SeqExample> examples, IReadOnlyList<int[]> batches, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var mixed = new MixedPrecision(model, computePrecision);
        var loss = Backward(examples, batches);
        try
        {
            Tensor[] gradients = [.. _parameters.Select((p, i) => p.grad ?? throw new InvalidOperationException($"{_names[i]} has no gradient: the model's loss does not depend on it. Freeze it (requires_grad = false)."))];
            // The step's only transfer to the host.
            var measured = TensorKernels.LossAndNorm(loss, gradients).cpu().data<float>();
            double norm = measured[1];
            if (!double.IsFinite(measured[0]) || !double.IsFinite(norm))
                return (measured[0], norm, [.. _names.Where((_, i) => !IsFinite(gradients[i]))]);

            if (maxGradientNorm / (norm + 1e-6) is < 1 and var factor)
                TensorKernels.Scale(gradients, factor);
            using (no_grad())
                optimizer.Step(gradients, learningRate);
            return (measured[0], norm, []);
        }
        finally
        {
            // Not the model's zero_grad: an adapter's weights lie outside its modules.
            foreach (var parameter in _parameters)
                parameter.grad = null;
        }
    }

    /// <summary>Adds up the gradients of the batches.</summary>
    /// <returns>The loss, a scalar without a graph.</returns>
    private Tensor Backward(IReadOnlyList<Seq2SeqExample> examples, IReadOnlyList<int[]> batches)
    {
        double allTokens = batches.Sum(batch => TargetTokens(examples, batch));
        Tensor? sum = null;
        foreach (var indices in batches)
        {
            using var scope = NewDisposeScope();
            var batch = Seq2SeqBatch.Create(examples, indices, model.Config.PadTokenId, model.Device);
            var loss = model.Loss(batch.InputIds, batch.AttentionMask, batch.Labels, batch.Weights, labelSmoothing);
            if (batches.Count > 1)
                loss *= tensor((float)(TargetTokens(examples, indices) / allTokens), device: loss.device);
            loss.backward();
            sum = (sum is null ? loss.detach() : sum.Plus(loss.detach())).MoveToOuterDisposeScope();
        }

        return sum!;
    }

    /// <summary>Whether a gradient's norm can be computed: it is too large where that overflows.</summary>
    private static bool IsFinite(Tensor gradient) => float.IsFinite(gradient.norm().item<float>());

    private static long TargetTokens(IReadOnlyList<Seq2SeqExample> examples, int[] indices) => indices.Sum(i => (long)examples[i].Target.Length);
}
