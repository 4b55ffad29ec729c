using SciCoT.Models;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Training.Checkpoints;

/// <summary>A copy of the weights that training changes, to go back to.</summary>
internal sealed class ModelSnapshot : IDisposable
{
    private readonly Tensor[] _weights;
    private readonly Tensor[] _copies;

    public ModelSnapshot(T5Model model)
    {
        var named = model.TrainedParameters().ToArray();
        _weights = [.. named.Select(p => p.parameter)];
        _copies = [.. _weights.Select(w => zeros(w.shape, dtype: w.dtype, device: w.device).DetachFromDisposeScope())];
        Tensors = named.Select((p, i) => (p.name, _copies[i])).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The copies under the names of the parameters.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    public void Take() => TensorKernels.Copy(_copies, _weights);

    public void Restore() => TensorKernels.Copy(_weights, _copies);

    public void Dispose()
    {
        foreach (var copy in _copies)
            copy.Dispose();
    }
}
