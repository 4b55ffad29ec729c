using SciCoT.Models.Layers;
using static TorchSharp.torch;

namespace SciCoT.Models;

/// <summary>
/// Makes a float32 model compute its matrix products in another precision while it is held. Weights, their gradients, norms,
/// softmax, the residual stream and the loss stay in float32.
/// </summary>
internal sealed class MixedPrecision : IDisposable
{
    private readonly T5Model _model;
    private readonly bool _isMixed; // if not, every step would walk over the modules for nothing

    public MixedPrecision(T5Model model, ScalarType precision)
    {
        _model = model;
        _isMixed = precision != model.Precision;
        if (_isMixed)
            Set(precision);
    }

    public void Dispose()
    {
        if (_isMixed)
            Set(null);
    }

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
