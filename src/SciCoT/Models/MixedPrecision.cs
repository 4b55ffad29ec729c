using SciCoT.Compute;
using SciCoT.Fused;
using SciCoT.Models.Layers;
using SciCoT.Models.T5;
using TorchSharp;
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
    private readonly bool _isInKernels;

    public MixedPrecision(T5Model model, ScalarType precision)
    {
        _model = model;
        _isMixed = precision != model.Precision;
        _isInKernels = _isMixed && precision == ScalarType.BFloat16 && AreFused(model);
        if (_isInKernels)
            Fusion.InHalves = true;
        else if (_isMixed)
            Set(precision);
    }

    public void Dispose()
    {
        if (_isInKernels)
            Fusion.InHalves = false;
        else if (_isMixed)
            Set(null);
    }

    /// <summary>Whether layers are trained as one operation each, by kernels that multiply in bfloat16.</summary>
    private static bool AreFused(T5Model model) =>
        Fusion.Enabled && HalfGemm.IsSupported && model.Precision == ScalarType.Float32 && model.Device.type == DeviceType.CPU
        && T5Activation.KernelOf(model.Config.FeedForwardProjection) is not null
        && model.modules().All(module => module is not T5Linear linear || T5Linear.ArePlain(linear));

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
