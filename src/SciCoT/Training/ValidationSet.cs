using SciCoT.Compute;
using SciCoT.Distributed;
using SciCoT.Models;
using SciCoT.Training.Batches;
using static TorchSharp.torch;

namespace SciCoT.Training;

/// <summary>The loss of a model on examples that it does not learn from.</summary>
/// <param name="examples">The examples.</param>
/// <param name="plan">How they are divided into batches.</param>
/// <param name="group">The ranks, of which each computes some of the batches; the loss is that of one process to the bit.</param>
internal sealed class ValidationSet(IReadOnlyList<Seq2SeqExample> examples, BatchPlan plan, IProcessGroup? group = null)
{
    private readonly IProcessGroup _group = group ?? ProcessGroup.Single;
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
            var sums = zeros([_batches.Count], dtype: ScalarType.Float64, device: model.Device);
            foreach (int number in _group.Own([.. Enumerable.Range(0, _batches.Count)]))
            {
                var indices = _batches[number];
                cancellationToken.ThrowIfCancellationRequested();
                using var batchScope = NewDisposeScope();
                var batch = Seq2SeqBatch.Create(examples, indices, model.Config.PadTokenId, model.Device);
                var loss = model.Loss(batch.InputIds, batch.AttentionMask, batch.Labels, batch.Weights);
                using var place = sums.narrow(0, number, 1);
                place.Add(loss.to_type(ScalarType.Float64).Times(indices.Sum(i => examples[i].Target.Length)));
            }

            return _group.Together([.. sums.cpu().data<double>()]).Sum() / examples.Sum(e => (long)e.Target.Length);
        }
        finally
        {
            model.train(training);
        }
    }
}
