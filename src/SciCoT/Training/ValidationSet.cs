using SciCoT.Compute;
using SciCoT.Models;
using SciCoT.Training.Batches;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>The loss of a model on examples that it does not learn from.</summary>
internal sealed class ValidationSet(IReadOnlyList<Seq2SeqExample> examples, BatchPlan plan)
{
    private readonly IReadOnlyList<int[]> _batches = plan.Ordered();

    /// <summary>The mean negative log-likelihood of all target tokens, in nats, the examples weighed as in training. The model's mode is as before afterwards.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between batches.</exception>
    public double Loss(T5Model model, CancellationToken cancellationToken)
    {
        bool training = model.training;
        model.eval();
        try
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var sum = zeros([], dtype: ScalarType.Float64, device: model.Device);
            foreach (var indices in _batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var batchScope = NewDisposeScope();
                var batch = Seq2SeqBatch.Create(examples, indices, model.Config.PadTokenId, model.Device);
                var loss = model.Loss(batch.InputIds, batch.AttentionMask, batch.Labels, batch.Weights);
                sum.Add(loss.to_type(ScalarType.Float64).Times(indices.Sum(i => examples[i].Target.Length)));
            }

            return sum.item<double>() / examples.Sum(e => (long)e.Target.Length);
        }
        finally
        {
            model.train(training);
        }
    }
}
