using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// Makes a float32 model compute its matrix products in another precision while it is held. Weights, their gradients, norms,
/// softmax, the residual stream and the loss stay in float32.
/// </summary>
internal sealed class MixedPrecision : IDisposable
{
    private readonly T5Model _model;

    public MixedPrecision(T5Model model, ScalarType precision)
    {
        _model = model;
        Set(precision == model.Precision ? null : precision);
    }

    public void Dispose() => Set(null);

    private void Set(ScalarType? compute)
    {
        foreach (var module in _model.modules())
        {
            if (module is T5Linear linear)
                linear.Compute = compute;
            else if (module is T5LayerNorm norm)
                norm.Compute = compute;
        }
    }
}
